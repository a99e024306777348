"""Marks of a day, asked for by the family (U6)."""

from __future__ import annotations

from aiogram.types import CallbackQuery

from handlers.callbacks.marks import ShowMarksDay
from handlers.days import day_of
from handlers.routing import screen_router
from handlers.screen import Screens
from handlers.texts.marks_day import marks_day_screen
from services.actor import Actor
from services.marks.reader import MarksDayService

router = screen_router("parent.marks", ShowMarksDay)


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
