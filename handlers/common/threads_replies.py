"""A reply finds its thread (product.md, idea 8); an edit finds its message.

Asked before everything else: a colleague who is typing a topic and answers a parent in between must not make
a topic of the answer. What is not the bot's own message of a thread leaves a step alone.
"""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from handlers.common.threads_drafts import ask_whom
from handlers.common.threads_sending import send
from handlers.files import received_file
from handlers.routing import STRANGERS_TOO
from handlers.screens import Screens
from handlers.texts.thread_writing import edited_screen, line_quoted, need_words_screen
from handlers.thread_drafts import ThreadDraft, begun_album
from services.actor import Actor
from services.clock import Clock
from services.files import FileService
from services.threads.addressing import AddresseeService
from services.threads.naming import line_about
from services.threads.reading import ThreadReaderService
from services.threads.views import CourseTeacherRow
from services.threads.writing import ThreadService

router = Router(name="common.threads_replies")


class IsReply(Filter):
    async def __call__(self, message: Message) -> bool:
        return message.reply_to_message is not None


class InAlbum(Filter):
    async def __call__(self, message: Message) -> bool:
        return message.media_group_id is not None


@router.message(InAlbum(), flags=STRANGERS_TOO)
async def more_of_an_album(
    message: Message,
    actor: Actor | None,
    bot: Bot,
    files: FileService,
    threads: ThreadService,
    state: FSMContext,
) -> None:
    """One more file of a message that is in its thread already."""
    begun = await begun_album(state, message.media_group_id)
    if actor is None or begun is None:
        raise SkipHandler
    file = await received_file(message, bot, actor, files)
    if file is not None:
        await threads.add_file(actor=actor, message_id=begun.message_id, file_id=file.file_id)


@router.message(IsReply(), flags=STRANGERS_TOO)
async def replied(
    message: Message,
    actor: Actor | None,
    bot: Bot,
    screens: Screens,
    clock: Clock,
    files: FileService,
    addressees: AddresseeService,
    threads: ThreadService,
    thread_reader: ThreadReaderService,
    state: FSMContext,
    raw_state: str | None,
) -> None:
    """To a message of a thread: into that thread. To any other: to the teacher whose subject is named."""
    if actor is None or message.reply_to_message is None or (message.text or "").startswith("/"):
        raise SkipHandler
    answered = await thread_reader.answered(actor=actor, external_ref=message.reply_to_message.message_id)
    if answered is None:
        raise SkipHandler
    thread_id = await thread_reader.thread_behind(actor=actor, answered=answered)
    about_child = answered.pupil_id in actor.guardian_of and raw_state is None
    if thread_id is None and not about_child:
        raise SkipHandler
    if not (message.text or message.photo or message.document):
        await screens.show(message, need_words_screen())
        return
    if thread_id is None:
        assert answered.pupil_id is not None
        meant, line = await _meant(message, actor, answered.pupil_id, addressees)
        about = line_quoted(line, answered.payload)
        who = await addressees.addressees(actor=actor, pupil_id=answered.pupil_id)
        if len(meant) != 1 or who.mute is not None:
            draft = ThreadDraft(draft_id=message.message_id, about=about, pupil_id=answered.pupil_id)
            await ask_whom(message, draft, actor, bot, screens, files, addressees, state)
            return
        view = await addressees.with_school(
            actor=actor,
            pupil_id=answered.pupil_id,
            course_id=meant[0].course_id,
            staff_id=meant[0].teacher.person_id,
        )
        await send(
            message,
            view.thread.thread_id,
            actor,
            bot,
            screens,
            clock,
            files,
            addressees,
            threads,
            state,
            about,
        )
        return
    await send(message, thread_id, actor, bot, screens, clock, files, addressees, threads, state)


async def _meant(
    message: Message, actor: Actor, pupil_id: int, addressees: AddresseeService
) -> tuple[tuple[CourseTeacherRow, ...], str]:
    """Whose subject the quoted line names, else the typed words, else the whole message; and the line."""
    assert message.reply_to_message is not None
    shown = message.reply_to_message.text or message.reply_to_message.caption or ""
    quote = message.quote.text if message.quote else ""
    for words in (quote, message.text or message.caption or "", shown):
        if meant := await addressees.teachers_meant(actor=actor, pupil_id=pupil_id, words=words):
            return meant, quote or line_about({row.subject for row in meant}, shown)
    return (), quote


@router.edited_message(flags=STRANGERS_TOO)
async def edited(message: Message, actor: Actor | None, screens: Screens, threads: ThreadService) -> None:
    if actor is None:
        return
    text = message.text or message.caption or ""
    if await threads.edit(actor=actor, inbound_ref=message.message_id, text=text) is not None:
        await screens.show(message, edited_screen())
