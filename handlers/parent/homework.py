"""Homework of a day and its files, asked for by the family (U6)."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.types import CallbackQuery

from handlers.callbacks.homework import ShowHomeworkDay, ShowTaskFiles
from handlers.days import day_of
from handlers.files import send_files
from handlers.screens import Screens
from handlers.texts.homework_notices import homework_day_screen
from services.actor import Actor
from services.files import FileService
from services.homework_reader import HomeworkReaderService

router = Router(name="parent.homework")


@router.callback_query(ShowHomeworkDay.filter())
async def show_day(
    callback: CallbackQuery,
    callback_data: ShowHomeworkDay,
    actor: Actor,
    screens: Screens,
    homework_reader: HomeworkReaderService,
) -> None:
    await callback.answer()
    day = day_of(callback_data.day)
    view = await homework_reader.day(actor=actor, pupil_id=callback_data.pupil_id, day=day)
    await screens.show(callback, homework_day_screen(view))


@router.callback_query(ShowTaskFiles.filter())
async def show_files(
    callback: CallbackQuery,
    callback_data: ShowTaskFiles,
    actor: Actor,
    bot: Bot,
    homework_reader: HomeworkReaderService,
    files: FileService,
) -> None:
    await callback.answer()
    stored = await homework_reader.files(
        actor=actor, homework_id=callback_data.homework_id, pupil_id=callback_data.pupil_id
    )
    await send_files(bot, callback.from_user.id, stored, files)
