"""«Отменить операции»: the list, the reversal, the act (U5)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.changes import PrintVoidAct, ShowVoiding, VoidOperations
from handlers.screens import Screens
from handlers.texts.operations import operation_words
from handlers.texts.voiding import act_document, act_line, already_toast, voided_toast, voiding_screen
from services.access.voiding import VoidService
from services.actor import Actor
from services.documents.papers import PaperService
from services.documents.voiding import void_act_pdf

router = Router(name="admin.voiding")


@router.callback_query(ShowVoiding.filter())
async def show(
    callback: CallbackQuery,
    callback_data: ShowVoiding,
    actor: Actor,
    screens: Screens,
    voiding: VoidService,
) -> None:
    await callback.answer()
    view = await voiding.view(actor=actor, report_id=callback_data.report_id)
    await screens.show(callback, voiding_screen(view, callback_data.page))


@router.callback_query(VoidOperations.filter())
async def void(
    callback: CallbackQuery,
    callback_data: VoidOperations,
    actor: Actor,
    screens: Screens,
    voiding: VoidService,
) -> None:
    view, now = await voiding.void(actor=actor, report_id=callback_data.report_id)
    await callback.answer(voided_toast(view) if now else already_toast())
    await screens.show(callback, voiding_screen(view, 0))


@router.callback_query(PrintVoidAct.filter())
async def print_act(
    callback: CallbackQuery,
    callback_data: PrintVoidAct,
    actor: Actor,
    screens: Screens,
    voiding: VoidService,
    papers: PaperService,
) -> None:
    await callback.answer()
    act = await voiding.act(actor=actor, report_id=callback_data.report_id)
    content = await papers.make(
        actor, ("compromise_report", callback_data.report_id), void_act_pdf, act, act_line, operation_words
    )
    await screens.show(callback, act_document(act, content))
