"""Staff at the door, and reports of compromised access (U2, U5)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.compromise import PrintReport, ReceiveReport, ShowReport, ShowReports
from handlers.callbacks.families import ShowClasses, ShowStaff, ShowStaffMember
from handlers.screens import Screens
from handlers.texts.cards import staff_member_screen
from handlers.texts.compromise import received_toast, report_document, report_screen, reports_screen
from handlers.texts.families import classes_screen, staff_screen
from handlers.texts.operations import operation_words
from services.access.compromise import PRINTED_OPERATIONS, CompromiseService
from services.access.families import FamilyService
from services.actor import Actor
from services.documents.compromise import compromise_pdf
from services.documents.papers import PaperService

router = Router(name="admin.access")


@router.callback_query(ShowClasses.filter())
async def show_classes(
    callback: CallbackQuery, actor: Actor, screens: Screens, families: FamilyService
) -> None:
    await callback.answer()
    await screens.show(callback, classes_screen(await families.groups(actor=actor)))


@router.callback_query(ShowStaff.filter())
async def show_staff(
    callback: CallbackQuery,
    callback_data: ShowStaff,
    actor: Actor,
    screens: Screens,
    families: FamilyService,
) -> None:
    await callback.answer()
    await screens.show(callback, staff_screen(await families.staff(actor=actor), callback_data.page))


@router.callback_query(ShowStaffMember.filter())
async def show_staff_member(
    callback: CallbackQuery,
    callback_data: ShowStaffMember,
    actor: Actor,
    screens: Screens,
    families: FamilyService,
) -> None:
    await callback.answer()
    card = await families.staff_member(actor=actor, person_id=callback_data.person_id)
    await screens.show(callback, staff_member_screen(card, actor.zone))


@router.callback_query(ShowReports.filter())
async def show_reports(
    callback: CallbackQuery, actor: Actor, screens: Screens, compromises: CompromiseService
) -> None:
    await callback.answer()
    await screens.show(callback, reports_screen(await compromises.recent(actor=actor)))


@router.callback_query(ShowReport.filter())
async def show_report(
    callback: CallbackQuery,
    callback_data: ShowReport,
    actor: Actor,
    screens: Screens,
    compromises: CompromiseService,
) -> None:
    await callback.answer()
    view = await compromises.view(actor=actor, report_id=callback_data.report_id)
    await screens.show(callback, report_screen(view))


@router.callback_query(ReceiveReport.filter())
async def receive_report(
    callback: CallbackQuery,
    callback_data: ReceiveReport,
    actor: Actor,
    screens: Screens,
    compromises: CompromiseService,
) -> None:
    await compromises.receive(actor=actor, report_id=callback_data.report_id)
    await callback.answer(received_toast())
    view = await compromises.view(actor=actor, report_id=callback_data.report_id)
    await screens.show(callback, report_screen(view))


@router.callback_query(PrintReport.filter())
async def print_report(
    callback: CallbackQuery,
    callback_data: PrintReport,
    actor: Actor,
    screens: Screens,
    compromises: CompromiseService,
    papers: PaperService,
) -> None:
    """Appendix 1 of K as a file."""
    await callback.answer()
    view = await compromises.view(actor=actor, report_id=callback_data.report_id, limit=PRINTED_OPERATIONS)
    content = await papers.make(
        actor, ("compromise_report", callback_data.report_id), compromise_pdf, view, operation_words
    )
    await screens.show(callback, report_document(view.report, content))
