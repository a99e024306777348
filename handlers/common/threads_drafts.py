"""Words of a guardian that nobody asked for: «Кому передать?», with the message kept (C1)."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.threads import ChooseDraftPupil, DropMessage, SendDraft, SendToHelp
from handlers.files import received_file
from handlers.routing import STRANGERS_TOO
from handlers.screen import Screen
from handlers.screens import Screens
from handlers.texts.thread_drafts import (
    draft_gone_toast,
    dropped_screen,
    which_addressee_screen,
    which_child_screen,
)
from handlers.texts.thread_writing import written_screen
from handlers.thread_drafts import ThreadDraft, begin_album, forget, keep, kept
from services.actor import Actor
from services.clock import Clock
from services.errors import NotFound
from services.files import FileService
from services.threads.addressing import AddresseeService
from services.threads.views import ThreadView
from services.threads.writing import ThreadService

router = Router(name="common.threads_drafts")


@router.message(StateFilter(None), flags=STRANGERS_TOO)
async def said_unasked(
    message: Message,
    actor: Actor | None,
    bot: Bot,
    screens: Screens,
    files: FileService,
    addressees: AddresseeService,
    state: FSMContext,
) -> None:
    said = message.text or message.photo or message.document
    if actor is None or not actor.guardian_of or not said or (message.text or "").startswith("/"):
        raise SkipHandler
    draft = await kept(state) or ThreadDraft(draft_id=message.message_id)
    if draft.pupil_id not in actor.guardian_of:  # not chosen yet, or the guardian of the chosen no more
        only = next(iter(actor.guardian_of)) if len(actor.guardian_of) == 1 else None
        draft = draft.model_copy(update={"pupil_id": only})
    await ask_whom(message, draft, actor, bot, screens, files, addressees, state)


async def ask_whom(
    message: Message,
    draft: ThreadDraft,
    actor: Actor,
    bot: Bot,
    screens: Screens,
    files: FileService,
    addressees: AddresseeService,
    state: FSMContext,
) -> None:
    """Keep the message with what was said before, and ask; an album's messages share one question."""
    same_album = draft.album is not None and draft.album == message.media_group_id
    file = await received_file(message, bot, actor, files)
    if file is not None:
        draft = draft.with_file(file.file_id, message.media_group_id, message.message_id)
    draft = draft.with_words(message.text or message.caption or "", message.message_id)
    screen = await _question(draft, actor, addressees)
    if same_album and draft.question_id is not None:
        await screens.edit(message.chat.id, draft.question_id, screen)
    else:
        question = await screens.send(message.chat.id, screen)
        draft = draft.model_copy(update={"question_id": question.message_id})
    await keep(state, draft)


@router.callback_query(ChooseDraftPupil.filter())
async def choose_pupil(
    callback: CallbackQuery,
    callback_data: ChooseDraftPupil,
    actor: Actor,
    screens: Screens,
    addressees: AddresseeService,
    state: FSMContext,
) -> None:
    draft = await _of_button(callback, callback_data.draft_id, actor, screens, addressees, state)
    if draft is None:
        return
    draft = draft.model_copy(update={"pupil_id": callback_data.pupil_id})
    screen = await _question(draft, actor, addressees)
    await keep(state, draft)
    await callback.answer()
    await screens.show(callback, screen)


@router.callback_query(SendDraft.filter())
async def send_draft(
    callback: CallbackQuery,
    callback_data: SendDraft,
    actor: Actor,
    screens: Screens,
    clock: Clock,
    addressees: AddresseeService,
    threads: ThreadService,
    state: FSMContext,
) -> None:
    draft = await _of_button(callback, callback_data.draft_id, actor, screens, addressees, state)
    if draft is None:
        return
    if draft.pupil_id is None:
        raise NotFound
    view = await addressees.with_school(
        actor=actor,
        pupil_id=draft.pupil_id,
        course_id=callback_data.course_id or None,
        staff_id=callback_data.staff_id or None,
    )
    await _send(callback, draft, view, actor, screens, clock, threads, state)


@router.callback_query(SendToHelp.filter())
async def send_to_help(
    callback: CallbackQuery,
    callback_data: SendToHelp,
    actor: Actor,
    screens: Screens,
    clock: Clock,
    addressees: AddresseeService,
    threads: ThreadService,
    state: FSMContext,
) -> None:
    draft = await _of_button(callback, callback_data.draft_id, actor, screens, addressees, state)
    if draft is not None:
        view = await addressees.with_help(actor=actor)
        await _send(callback, draft, view, actor, screens, clock, threads, state)


@router.callback_query(DropMessage.filter())
async def drop(callback: CallbackQuery, screens: Screens, state: FSMContext) -> None:
    await forget(state)
    await callback.answer()
    await screens.show(callback, dropped_screen())


async def _send(
    callback: CallbackQuery,
    draft: ThreadDraft,
    view: ThreadView,
    actor: Actor,
    screens: Screens,
    clock: Clock,
    threads: ThreadService,
    state: FSMContext,
) -> None:
    sent = await threads.write(actor=actor, thread_id=view.thread.thread_id, words=draft.words())
    await forget(state)
    await begin_album(state, draft.album, sent.message_id)
    await callback.answer()
    await screens.show(callback, written_screen(sent, actor.zone, clock.now()))


async def _of_button(
    callback: CallbackQuery,
    draft_id: int,
    actor: Actor,
    screens: Screens,
    addressees: AddresseeService,
    state: FSMContext,
) -> ThreadDraft | None:
    """The draft that the tapped question shows; None when it is another one by now, which is shown."""
    draft = await kept(state)
    if draft is not None and draft.draft_id == draft_id:
        return draft
    await callback.answer(draft_gone_toast())
    if draft is not None:
        await screens.show(callback, await _question(draft, actor, addressees))
    return None


async def _question(draft: ThreadDraft, actor: Actor, addressees: AddresseeService) -> Screen:
    shown = draft.draft_id, draft.text, len(draft.file_ids)
    if draft.pupil_id is None:
        return which_child_screen(*shown, await addressees.children(actor=actor))
    return which_addressee_screen(*shown, await addressees.addressees(actor=actor, pupil_id=draft.pupil_id))
