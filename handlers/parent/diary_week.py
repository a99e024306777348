"""The diary by weeks, and the choice of another day; also for the pupil and for those who lead the class."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.diary import ShowDiaryMonth, ShowDiaryWeek
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.diary_week import month_screen, week_screen
from services.actor import Actor
from services.diary_week import DiaryWeekService

router = Router(name="parent.diary_week")


@router.callback_query(ShowDiaryWeek.filter())
async def show_week(
    callback: CallbackQuery,
    callback_data: ShowDiaryWeek,
    actor: Actor,
    screens: Screens,
    diary_weeks: DiaryWeekService,
) -> None:
    await callback.answer()
    monday = day_of(callback_data.monday)
    view = await diary_weeks.week(actor=actor, pupil_id=callback_data.pupil_id, day=monday)
    await screens.show(callback, week_screen(view))


@router.callback_query(ShowDiaryMonth.filter())
async def show_month(
    callback: CallbackQuery,
    callback_data: ShowDiaryMonth,
    actor: Actor,
    screens: Screens,
    diary_weeks: DiaryWeekService,
) -> None:
    await callback.answer()
    day = day_of(callback_data.day)
    view = await diary_weeks.month(actor=actor, pupil_id=callback_data.pupil_id, day=day)
    await screens.show(callback, month_screen(view))
