"""The message to a substitute (S5): «Принято» and the way to the lessons."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.substitutions import AcceptSubstitutions, ShowSubstitutedLesson
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.lesson_card import lesson_screen
from handlers.texts.substituting import accepted_toast, substitution_day_screen
from services.actor import Actor
from services.lessons import LessonService
from services.substitutions import SubstitutionService

router = Router(name="teacher.substituting")


@router.callback_query(AcceptSubstitutions.filter())
async def accept(
    callback: CallbackQuery,
    callback_data: AcceptSubstitutions,
    actor: Actor,
    screens: Screens,
    substitutions: SubstitutionService,
) -> None:
    view = await substitutions.accept(actor=actor, day=day_of(callback_data.day))
    await callback.answer(accepted_toast(view))
    await screens.show(callback, substitution_day_screen(view))


@router.callback_query(ShowSubstitutedLesson.filter())
async def show_lesson(
    callback: CallbackQuery,
    callback_data: ShowSubstitutedLesson,
    actor: Actor,
    screens: Screens,
    lessons: LessonService,
) -> None:
    await callback.answer()
    day, lesson = await lessons.lesson(actor=actor, lesson_id=callback_data.lesson_id)
    await screens.send(callback.from_user.id, lesson_screen(day, lesson, actor.zone))
