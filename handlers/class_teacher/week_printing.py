"""The week on paper (C3)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.weeks import ChoosePrintPupil, PrintWeek, PrintWeekFor
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.week_printing import (
    choose_print_screen,
    choose_pupil_screen,
    nothing_to_print_toast,
    printed_screen,
)
from services.actor import Actor
from services.documents.papers import PaperService
from services.documents.week import week_pdf
from services.week.printing import PrintedWeek, WeekPrintService

router = Router(name="class_teacher.week_printing")


@router.callback_query(PrintWeek.filter())
async def print_week(
    callback: CallbackQuery,
    callback_data: PrintWeek,
    actor: Actor,
    screens: Screens,
    week_prints: WeekPrintService,
    papers: PaperService,
) -> None:
    """Of one pupil; without one, whom it is to be printed for. Monday 0: the week that matters now."""
    group_id, day = callback_data.group_id, day_of(callback_data.monday) if callback_data.monday else None
    if callback_data.pupil_id and day:
        printed = await week_prints.one(
            actor=actor, group_id=group_id, pupil_id=callback_data.pupil_id, day=day
        )
        await _send(callback, actor, group_id, screens, papers, printed)
        return
    await callback.answer()
    paper = await week_prints.choose(actor=actor, group_id=group_id, day=day)
    await screens.show(callback, choose_print_screen(paper))


@router.callback_query(PrintWeekFor.filter())
async def print_for(
    callback: CallbackQuery,
    callback_data: PrintWeekFor,
    actor: Actor,
    screens: Screens,
    week_prints: WeekPrintService,
    papers: PaperService,
) -> None:
    chosen = week_prints.whole_class if callback_data.everybody else week_prints.unreached
    printed = await chosen(actor=actor, group_id=callback_data.group_id, day=day_of(callback_data.monday))
    await _send(callback, actor, callback_data.group_id, screens, papers, printed)


@router.callback_query(ChoosePrintPupil.filter())
async def choose_pupil(
    callback: CallbackQuery,
    callback_data: ChoosePrintPupil,
    actor: Actor,
    screens: Screens,
    week_prints: WeekPrintService,
) -> None:
    await callback.answer()
    paper = await week_prints.choose(
        actor=actor, group_id=callback_data.group_id, day=day_of(callback_data.monday)
    )
    await screens.show(callback, choose_pupil_screen(paper, callback_data.page))


async def _send(
    callback: CallbackQuery,
    actor: Actor,
    group_id: int,
    screens: Screens,
    papers: PaperService,
    printed: PrintedWeek,
) -> None:
    if not printed.weeks:
        await callback.answer(nothing_to_print_toast(), show_alert=True)
        return
    await callback.answer()
    content = await papers.make(actor, ("group", group_id), week_pdf, printed)
    await screens.show(callback, printed_screen(printed, content))
