"""A message on its way into a thread (C1)."""

from __future__ import annotations

from aiogram import Bot
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from handlers.common.threads_drafts import ask_whom
from handlers.files import received_file
from handlers.screens import Screens
from handlers.texts.thread_writing import not_passed_on_screen, written_screen
from handlers.thread_drafts import ThreadDraft, begin_album
from services.actor import Actor
from services.clock import Clock
from services.files import FileService
from services.threads.access import AddresseeLeft
from services.threads.addressing import AddresseeService
from services.threads.writing import ThreadService, Words


async def send(
    message: Message,
    thread_id: int,
    actor: Actor,
    bot: Bot,
    screens: Screens,
    clock: Clock,
    files: FileService,
    addressees: AddresseeService,
    threads: ThreadService,
    state: FSMContext,
    about: str = "",
) -> None:
    """Pass a message on, by its words and our copy of its file: nothing of the account goes along.

    When its reader has left, the message is kept, and it is asked who gets it instead.
    """
    file = await received_file(message, bot, actor, files)
    words = Words(
        inbound_ref=message.message_id,
        text=message.text or message.caption or "",
        file_ids=() if file is None else (file.file_id,),
        about=about,
    )
    try:
        sent = await threads.write(actor=actor, thread_id=thread_id, words=words)
    except AddresseeLeft as left:
        draft = ThreadDraft(draft_id=message.message_id, about=about, pupil_id=left.pupil_id)
        await screens.send(message.chat.id, not_passed_on_screen())
        await ask_whom(message, draft, actor, bot, screens, files, addressees, state)
        return
    await begin_album(state, message.media_group_id, sent.message_id)
    await screens.show(message, written_screen(sent, actor.zone, clock.now()))
