"""Marks of a day and debts, asked for by the family (U6)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.marks import ShowDebts, ShowMarksDay
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.debts import debt_reminder_screen
from handlers.texts.marks_day import marks_day_screen
from services.actor import Actor
from services.marks.debts import DebtService
from services.marks.reader import MarksDayService

router = Router(name="parent.marks")


@router.callback_query(ShowMarksDay.filter())
async def show_day(
    callback: CallbackQuery,
    callback_data: ShowMarksDay,
    actor: Actor,
    screens: Screens,
    marks_days: MarksDayService,
) -> None:
    await callback.answer()
    view = await marks_days.day(actor=actor, pupil_id=callback_data.pupil_id, day=day_of(callback_data.day))
    await screens.show(callback, marks_day_screen(view))


@router.callback_query(ShowDebts.filter())
async def show_debts(
    callback: CallbackQuery, callback_data: ShowDebts, actor: Actor, screens: Screens, debts: DebtService
) -> None:
    await callback.answer()
    view = await debts.of_pupil(actor=actor, pupil_id=callback_data.pupil_id)
    await screens.show(callback, debt_reminder_screen(view))
