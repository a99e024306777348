"""Writing: the words, and more files of an album (C1, U9)."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.threads import (
    AnswerThread,
    AskHelp,
    WriteToFamily,
    WriteToPerson,
    WriteToTeacher,
)
from handlers.common.threads_care import Caring
from handlers.common.threads_sending import send
from handlers.days import day_of
from handlers.screen import Screen
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.thread_writing import (
    need_words_screen,
    week_quoted,
    write_screen,
)
from services.actor import Actor
from services.clock import Clock
from services.files import FileService
from services.threads.addressing import AddresseeService
from services.threads.writing import ThreadService

router = Router(name="common.threads_writing")


class Writing(StatesGroup):
    """A message is awaited; the data holds its thread, and the line it is about."""

    words = State()


_LEAVE_AT_ONCE = frozenset({Writing.words.state, Caring.reason.state})
"""What is typed here is with somebody else before it can be looked at."""


async def leave_form(state: FSMContext, thread_id: int | None = None) -> None:
    """Another screen was opened: what is typed from now on is not for whom the form was. Reading the thread
    that is written in does not leave it."""
    step = await state.get_state()
    if step not in _LEAVE_AT_ONCE:
        return
    writes_in = (await state.get_data()).get("thread_id")
    if step != Writing.words.state or writes_in != thread_id:
        await state.clear()


@router.callback_query(WriteToPerson.filter())
async def write_to_person(
    callback: CallbackQuery,
    callback_data: WriteToPerson,
    actor: Actor,
    screens: Screens,
    clock: Clock,
    addressees: AddresseeService,
    threads: ThreadService,
    state: FSMContext,
) -> None:
    view = await addressees.with_school(
        actor=actor,
        pupil_id=callback_data.pupil_id,
        course_id=callback_data.course_id or None,
        staff_id=callback_data.staff_id or None,
    )
    screen = await asked(view.thread.thread_id, actor, clock, threads, state)
    await callback.answer()
    await screens.show(callback, screen)


@router.callback_query(WriteToTeacher.filter())
async def write_to_teacher(
    callback: CallbackQuery,
    callback_data: WriteToTeacher,
    actor: Actor,
    screens: Screens,
    clock: Clock,
    addressees: AddresseeService,
    threads: ThreadService,
    state: FSMContext,
) -> None:
    """From a notice, which goes on living: as a new message; from a digest about that week."""
    view = await addressees.with_school(
        actor=actor, pupil_id=callback_data.pupil_id, course_id=callback_data.course_id
    )
    about = week_quoted(day_of(callback_data.monday)) if callback_data.monday else ""
    screen = await asked(view.thread.thread_id, actor, clock, threads, state, about=about)
    await callback.answer()
    await screens.send(callback.from_user.id, screen)


@router.callback_query(WriteToFamily.filter())
async def write_to_family(
    callback: CallbackQuery,
    callback_data: WriteToFamily,
    actor: Actor,
    screens: Screens,
    clock: Clock,
    addressees: AddresseeService,
    threads: ThreadService,
    state: FSMContext,
) -> None:
    view = await addressees.with_family(
        actor=actor,
        pupil_id=callback_data.pupil_id,
        guardian_id=callback_data.guardian_id,
        course_id=callback_data.course_id or None,
    )
    screen = await asked(view.thread.thread_id, actor, clock, threads, state)
    await callback.answer()
    await screens.show(callback, screen)


@router.callback_query(AskHelp.filter())
async def ask_help(
    callback: CallbackQuery,
    actor: Actor,
    screens: Screens,
    clock: Clock,
    addressees: AddresseeService,
    threads: ThreadService,
    state: FSMContext,
) -> None:
    view = await addressees.with_help(actor=actor)
    screen = await asked(view.thread.thread_id, actor, clock, threads, state)
    await callback.answer()
    await screens.show(callback, screen)


@router.callback_query(AnswerThread.filter())
async def answer(
    callback: CallbackQuery,
    callback_data: AnswerThread,
    actor: Actor,
    screens: Screens,
    clock: Clock,
    threads: ThreadService,
    state: FSMContext,
) -> None:
    """The message that is answered stays in sight."""
    screen = await asked(callback_data.thread_id, actor, clock, threads, state)
    await callback.answer()
    await screens.send(callback.from_user.id, screen)


@router.message(StateFilter(Writing.words))
async def written(
    message: Message,
    actor: Actor,
    bot: Bot,
    screens: Screens,
    clock: Clock,
    files: FileService,
    addressees: AddresseeService,
    threads: ThreadService,
    state: FSMContext,
) -> None:
    if not (message.text or message.photo or message.document):
        await screens.show(message, need_words_screen())
        return
    async with answered(state) as step:
        await send(
            message,
            step["thread_id"],
            actor,
            bot,
            screens,
            clock,
            files,
            addressees,
            threads,
            state,
            step["about"],
        )


async def asked(
    thread_id: int, actor: Actor, clock: Clock, threads: ThreadService, state: FSMContext, about: str = ""
) -> Screen:
    """The words are awaited, unless the guardian is muted."""
    view = await threads.view(actor=actor, thread_id=thread_id)
    await state.set_data({"thread_id": thread_id, "about": about})
    await state.set_state(Writing.words)
    return write_screen(view, actor.zone, clock.now())
