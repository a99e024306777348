"""One broadcast with its numbers, the lists behind them, and the files to print and count with (C6, C7)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.broadcast_results import ALL, OpenRecipients, SendBroadcastReport, ShowRecipients
from handlers.callbacks.broadcasts import ShowBroadcast
from handlers.screens import Screens
from handlers.texts.broadcast_progress import broadcast_screen
from handlers.texts.broadcast_recipients import recipients_screen
from handlers.texts.broadcast_report import pdf_screen, printed_broadcast, workbook_screen
from services.actor import Actor
from services.broadcasts.progress import ProgressService, RecipientPage, Shown
from services.broadcasts.report import ReportService
from services.documents.broadcast import broadcast_pdf, broadcast_xlsx
from services.documents.papers import PaperService
from services.errors import NotFound

router = Router(name="class_teacher.broadcast_results")


@router.callback_query(ShowBroadcast.filter())
async def show(
    callback: CallbackQuery,
    callback_data: ShowBroadcast,
    actor: Actor,
    screens: Screens,
    broadcast_progress: ProgressService,
) -> None:
    progress = await broadcast_progress.progress(actor=actor, broadcast_id=callback_data.broadcast_id)
    await callback.answer()
    await screens.show(callback, broadcast_screen(progress))


@router.callback_query(OpenRecipients.filter())
async def open_recipients(
    callback: CallbackQuery,
    callback_data: OpenRecipients,
    actor: Actor,
    screens: Screens,
    broadcast_progress: ProgressService,
) -> None:
    page = await _page(broadcast_progress, actor, callback_data.broadcast_id, callback_data.shown)
    await callback.answer()
    await screens.send(callback.from_user.id, recipients_screen(page))


@router.callback_query(ShowRecipients.filter())
async def show_recipients(
    callback: CallbackQuery,
    callback_data: ShowRecipients,
    actor: Actor,
    screens: Screens,
    broadcast_progress: ProgressService,
) -> None:
    page = await _page(
        broadcast_progress,
        actor,
        callback_data.broadcast_id,
        callback_data.shown,
        option=None if callback_data.option == ALL else callback_data.option,
        page=callback_data.page,
    )
    await callback.answer()
    await screens.show(callback, recipients_screen(page))


async def _page(
    service: ProgressService,
    actor: Actor,
    broadcast_id: int,
    shown: str,
    *,
    option: int | None = None,
    page: int = 0,
) -> RecipientPage:
    if shown not in tuple(Shown):
        raise NotFound
    return await service.families(
        actor=actor, broadcast_id=broadcast_id, shown=Shown(shown), option=option, page=page
    )


@router.callback_query(SendBroadcastReport.filter())
async def send_report(
    callback: CallbackQuery,
    callback_data: SendBroadcastReport,
    actor: Actor,
    screens: Screens,
    broadcast_reports: ReportService,
    papers: PaperService,
) -> None:
    report = await broadcast_reports.report(actor=actor, broadcast_id=callback_data.broadcast_id)
    await callback.answer()
    printed = printed_broadcast(report)
    about = ("broadcast", callback_data.broadcast_id)
    if callback_data.kind == "p":
        screen = pdf_screen(report, await papers.make(actor, about, broadcast_pdf, printed))
    else:
        screen = workbook_screen(report, await papers.make(actor, about, broadcast_xlsx, printed))
    await screens.send(callback.from_user.id, screen)
