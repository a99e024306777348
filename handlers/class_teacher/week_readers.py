"""Who of a class has read the weekly digest (C2)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.weeks import ShowWeekReaders
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.week_readers import week_readers_screen
from services.actor import Actor
from services.week.reading import WeekService

router = Router(name="class_teacher.week_readers")


@router.callback_query(ShowWeekReaders.filter())
async def show_readers(
    callback: CallbackQuery,
    callback_data: ShowWeekReaders,
    actor: Actor,
    screens: Screens,
    weeks: WeekService,
) -> None:
    await callback.answer()
    day = day_of(callback_data.monday) if callback_data.monday else None
    view = await weeks.readers(actor=actor, group_id=callback_data.group_id, day=day)
    await screens.show(callback, week_readers_screen(view, callback_data.page))
