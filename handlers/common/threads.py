"""«Переписка»: reading, finding, printing (C1)."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.threads import (
    OpenThread,
    PrintThread,
    SearchThreads,
    ShowMessageThread,
    ShowThreadFiles,
    ShowThreads,
)
from handlers.common.threads_writing import leave_form
from handlers.files import send_files
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.thread_print import printed_thread
from handlers.texts.threads import (
    ask_words_screen,
    found_screen,
    printed_screen,
    thread_screen,
    threads_screen,
)
from services.actor import Actor
from services.documents.papers import PaperService
from services.documents.thread import thread_pdf
from services.files import FileService
from services.threads.reading import ThreadReaderService

router = Router(name="common.threads")


class Searching(StatesGroup):
    """Words to look for are awaited."""

    words = State()


@router.callback_query(ShowThreads.filter())
async def show_threads(
    callback: CallbackQuery,
    callback_data: ShowThreads,
    actor: Actor,
    screens: Screens,
    thread_reader: ThreadReaderService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await leave_form(state)
    view = await thread_reader.threads(actor=actor, page=callback_data.page)
    await screens.show(callback, threads_screen(view, actor.zone))


@router.callback_query(OpenThread.filter())
async def open_thread(
    callback: CallbackQuery,
    callback_data: OpenThread,
    actor: Actor,
    screens: Screens,
    thread_reader: ThreadReaderService,
    state: FSMContext,
) -> None:
    page = await thread_reader.open(actor=actor, thread_id=callback_data.thread_id)
    await callback.answer()
    await leave_form(state, callback_data.thread_id)
    await screens.show(callback, thread_screen(page, actor.zone, callback_data.page))


@router.callback_query(ShowMessageThread.filter())
async def show_message_thread(
    callback: CallbackQuery,
    callback_data: ShowMessageThread,
    actor: Actor,
    screens: Screens,
    thread_reader: ThreadReaderService,
    state: FSMContext,
) -> None:
    thread_id = await thread_reader.thread_of(actor=actor, message_id=callback_data.message_id)
    page = await thread_reader.open(actor=actor, thread_id=thread_id)
    await callback.answer()
    await leave_form(state, thread_id)
    await screens.show(callback, thread_screen(page, actor.zone))


@router.callback_query(ShowThreadFiles.filter())
async def show_files(
    callback: CallbackQuery,
    callback_data: ShowThreadFiles,
    actor: Actor,
    bot: Bot,
    thread_reader: ThreadReaderService,
    files: FileService,
) -> None:
    stored = await thread_reader.files(actor=actor, message_id=callback_data.message_id)
    await callback.answer()
    await send_files(bot, callback.from_user.id, stored, files)


@router.callback_query(SearchThreads.filter())
async def ask_words(callback: CallbackQuery, screens: Screens, state: FSMContext) -> None:
    await callback.answer()
    await state.set_state(Searching.words)
    await screens.show(callback, ask_words_screen())


@router.message(StateFilter(Searching.words))
async def find(
    message: Message,
    actor: Actor,
    screens: Screens,
    thread_reader: ThreadReaderService,
    state: FSMContext,
) -> None:
    async with answered(state):
        found = await thread_reader.search(actor=actor, words=message.text or "")
    await screens.show(message, found_screen(found, actor.zone))


@router.callback_query(PrintThread.filter())
async def print_thread(
    callback: CallbackQuery,
    callback_data: PrintThread,
    actor: Actor,
    screens: Screens,
    thread_reader: ThreadReaderService,
    papers: PaperService,
) -> None:
    sheet = await thread_reader.sheet(actor=actor, thread_id=callback_data.thread_id)
    await callback.answer()
    content = await papers.make(
        actor, ("thread", callback_data.thread_id), thread_pdf, printed_thread(sheet, actor.zone)
    )
    await screens.show(callback, printed_screen(sheet.view.thread, sheet.view.side, content))
