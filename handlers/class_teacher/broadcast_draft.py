"""Putting a broadcast together: what is typed and sent to the bot, and the files (C6, C7)."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.broadcast_drafts import (
    ChooseBroadcastFiles,
    DropBroadcast,
    EditDraft,
    RemoveBroadcastFile,
)
from handlers.callbacks.broadcasts import ComposeBroadcast
from handlers.class_teacher.broadcast_steps import Composing, Step, await_next, step_in, still_composing
from handlers.files import received_file
from handlers.screens import Screens
from handlers.texts.broadcast_draft import (
    draft_files_screen,
    draft_screen,
    dropped_screen,
    no_broadcast_here_screen,
    replaced_screen,
    was_sent_toast,
)
from handlers.texts.broadcast_sent import sent_screen
from services.actor import Actor
from services.broadcasts.composing import BroadcastForm, ComposeService
from services.files import FileService

router = Router(name="class_teacher.broadcast_draft")


@router.callback_query(ComposeBroadcast.filter())
async def compose(
    callback: CallbackQuery,
    callback_data: ComposeBroadcast,
    actor: Actor,
    screens: Screens,
    broadcast_drafts: ComposeService,
    state: FSMContext,
) -> None:
    await callback.answer()
    form = await broadcast_drafts.start(actor=actor, group_id=callback_data.group_id or None)
    await show_draft(callback, form, actor, screens, state)


@router.callback_query(EditDraft.filter())
async def edit(
    callback: CallbackQuery,
    callback_data: EditDraft,
    actor: Actor,
    screens: Screens,
    broadcast_drafts: ComposeService,
    state: FSMContext,
) -> None:
    form = await broadcast_drafts.form(actor=actor, broadcast_id=callback_data.broadcast_id)
    await callback.answer(None if form.draft.released_at is None else was_sent_toast())
    await show_draft(callback, form, actor, screens, state)


@router.callback_query(DropBroadcast.filter())
async def drop(
    callback: CallbackQuery,
    callback_data: DropBroadcast,
    actor: Actor,
    screens: Screens,
    broadcast_drafts: ComposeService,
    state: FSMContext,
) -> None:
    await broadcast_drafts.drop(actor=actor, broadcast_id=callback_data.broadcast_id)
    await callback.answer()
    await state.clear()
    await screens.show(callback, dropped_screen())


@router.callback_query(ChooseBroadcastFiles.filter())
async def choose_files(
    callback: CallbackQuery,
    callback_data: ChooseBroadcastFiles,
    actor: Actor,
    screens: Screens,
    broadcast_drafts: ComposeService,
) -> None:
    await callback.answer()
    form = await broadcast_drafts.form(actor=actor, broadcast_id=callback_data.broadcast_id)
    await screens.show(callback, draft_files_screen(form))


@router.callback_query(RemoveBroadcastFile.filter())
async def remove_file(
    callback: CallbackQuery,
    callback_data: RemoveBroadcastFile,
    actor: Actor,
    screens: Screens,
    broadcast_drafts: ComposeService,
) -> None:
    form = await broadcast_drafts.remove_file(
        actor=actor, broadcast_id=callback_data.broadcast_id, file_id=callback_data.file_id
    )
    await callback.answer()
    await screens.show(callback, draft_files_screen(form))


@router.message(StateFilter(Composing.text))
async def heard(
    message: Message,
    actor: Actor,
    bot: Bot,
    screens: Screens,
    broadcast_drafts: ComposeService,
    files: FileService,
    state: FSMContext,
) -> None:
    """A text is the broadcast's new one, photos and files are added; an album's messages share one screen."""
    step = await step_in(state)
    if not (step and (message.text or message.photo or message.document)):
        await screens.show(message, no_broadcast_here_screen(step.broadcast_id if step else None))
        return
    same_album = step.album is not None and step.album == message.media_group_id
    async with still_composing(state):
        if message.message_id in step.heard:
            form = await broadcast_drafts.form(actor=actor, broadcast_id=step.broadcast_id)
        else:
            form = await _with_message(message, step.broadcast_id, actor, bot, broadcast_drafts, files)
    step = step.model_copy(
        update={
            "heard": (*step.heard, message.message_id)[-50:],
            "album": message.media_group_id,
        }
    )
    await await_next(state, Composing.text, step)
    screen = draft_screen(form, actor.zone)
    if same_album and step.shown_in is not None:
        await screens.edit(message.chat.id, step.shown_in, screen)
        return
    if step.shown_in is not None:
        await screens.edit(message.chat.id, step.shown_in, replaced_screen())
    shown = await screens.send(message.chat.id, screen)
    await await_next(state, Composing.text, step.model_copy(update={"shown_in": shown.message_id}))


async def _with_message(
    message: Message,
    broadcast_id: int,
    actor: Actor,
    bot: Bot,
    drafts: ComposeService,
    files: FileService,
) -> BroadcastForm:
    if message.text is not None:
        return await drafts.type_text(actor=actor, broadcast_id=broadcast_id, text=message.text)
    file = await received_file(message, bot, actor, files)
    assert file is not None, "only texts, photos and documents come here"
    form = await drafts.add_file(actor=actor, broadcast_id=broadcast_id, file_id=file.file_id)
    if message.caption:
        form = await drafts.add_caption(actor=actor, broadcast_id=broadcast_id, caption=message.caption)
    return form


async def show_draft(
    callback: CallbackQuery, form: BroadcastForm, actor: Actor, screens: Screens, state: FSMContext
) -> None:
    """The draft, which then awaits more text and files; or what became of it."""
    if form.draft.released_at is not None:
        await screens.show(callback, sent_screen(form.draft, form.now, actor.zone))
        return
    shown_in = callback.message.message_id if callback.message else None
    step = Step(broadcast_id=form.draft.broadcast_id, shown_in=shown_in)
    await await_next(state, Composing.text, step)
    await screens.show(callback, draft_screen(form, actor.zone))
