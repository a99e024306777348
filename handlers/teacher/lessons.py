"""The lesson of the moment, the day, a lesson's card."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.journal import ShowPageLesson
from handlers.callbacks.lessons import ShowDay, ShowLesson, ShowNow
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.lesson_card import lesson_screen
from handlers.texts.lessons import day_screen
from services.actor import Actor
from services.lessons import LessonService

router = Router(name="teacher.lessons")


@router.message(Command("now"))
async def now_command(message: Message, actor: Actor, screens: Screens, lessons: LessonService) -> None:
    """A message typed offline belongs to the lesson that was running when it was written."""
    day = await lessons.day(actor=actor, at=message.date)
    await screens.show(message, lesson_screen(day, day.current(), actor.zone))


@router.callback_query(ShowNow.filter())
async def show_now(callback: CallbackQuery, actor: Actor, screens: Screens, lessons: LessonService) -> None:
    await callback.answer()
    day = await lessons.day(actor=actor)
    await screens.show(callback, lesson_screen(day, day.current(), actor.zone))


@router.callback_query(ShowDay.filter())
async def show_day(
    callback: CallbackQuery, callback_data: ShowDay, actor: Actor, screens: Screens, lessons: LessonService
) -> None:
    await callback.answer()
    day = await lessons.day(actor=actor, day=day_of(callback_data.day))
    await screens.show(callback, day_screen(day, actor.zone))


@router.callback_query(ShowLesson.filter())
async def show_lesson(
    callback: CallbackQuery,
    callback_data: ShowLesson,
    actor: Actor,
    screens: Screens,
    lessons: LessonService,
    state: FSMContext,
) -> None:
    """Also the way back from whatever was to be typed for the lesson."""
    await callback.answer()
    await state.clear()
    day, lesson = await lessons.lesson(actor=actor, lesson_id=callback_data.lesson_id)
    await screens.show(callback, lesson_screen(day, lesson, actor.zone))


@router.callback_query(ShowPageLesson.filter())
async def show_page_lesson(
    callback: CallbackQuery,
    callback_data: ShowPageLesson,
    actor: Actor,
    screens: Screens,
    lessons: LessonService,
) -> None:
    await callback.answer()
    day, lesson = await lessons.lesson_at(
        actor=actor,
        course_id=callback_data.course_id,
        day=day_of(callback_data.day),
        number=callback_data.number,
    )
    await screens.show(callback, lesson_screen(day, lesson, actor.zone))
