"""The diary, day by day; also for the pupil, the class teacher and the management."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.diary import ShowDiaries, ShowDiary, ShowDiaryDay
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.diary import diaries_screen, diary_screen
from services.actor import Actor
from services.diary_day import DiaryService
from services.errors import NotFound

router = Router(name="parent.diary")


@router.message(Command("diary"))
async def diary_command(message: Message, actor: Actor, screens: Screens, diary: DiaryService) -> None:
    """The pupil's own diary, or that of a guardian's child."""
    own = [actor.person_id] if actor.is_pupil else []
    pupil_id = next(iter([*own, *sorted(actor.guardian_of)]), None)
    if pupil_id is None:
        raise NotFound
    await screens.show(message, diary_screen(await diary.day(actor=actor, pupil_id=pupil_id)))


@router.callback_query(ShowDiaries.filter())
async def show_diaries(
    callback: CallbackQuery, callback_data: ShowDiaries, actor: Actor, screens: Screens, diary: DiaryService
) -> None:
    await callback.answer()
    diaries = await diary.of_class(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, diaries_screen(diaries, callback_data.page))


@router.callback_query(ShowDiary.filter())
async def show_diary(
    callback: CallbackQuery, callback_data: ShowDiary, actor: Actor, screens: Screens, diary: DiaryService
) -> None:
    await callback.answer()
    view = await diary.day(actor=actor, pupil_id=callback_data.pupil_id)
    await screens.show(callback, diary_screen(view))


@router.callback_query(ShowDiaryDay.filter())
async def show_day(
    callback: CallbackQuery, callback_data: ShowDiaryDay, actor: Actor, screens: Screens, diary: DiaryService
) -> None:
    await callback.answer()
    day = day_of(callback_data.day)
    view = await diary.day(actor=actor, pupil_id=callback_data.pupil_id, day=day)
    await screens.show(callback, diary_screen(view))
