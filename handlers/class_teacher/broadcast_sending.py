"""The preview of a broadcast, «Отправить», and taking it back before it leaves."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.callbacks.broadcast_drafts import InPreview, PreviewBroadcast, SendBroadcast
from handlers.callbacks.broadcasts import CancelBroadcast, SendNow
from handlers.class_teacher.broadcast_draft import show_draft
from handlers.files import send_photo
from handlers.screens import Screens
from handlers.texts.broadcast_draft import was_sent_toast
from handlers.texts.broadcast_preview import (
    changed_toast,
    preview_only_toast,
    preview_screen,
    sample_screen,
)
from handlers.texts.broadcast_sent import cancelled_toast, released_screen, sent_toast
from services.actor import Actor
from services.broadcasts.composing import ComposeService
from services.broadcasts.previewing import PreviewService
from services.broadcasts.releasing import ReleaseService
from services.files import FileService

router = Router(name="class_teacher.broadcast_sending")


@router.callback_query(PreviewBroadcast.filter())
async def preview(
    callback: CallbackQuery,
    callback_data: PreviewBroadcast,
    actor: Actor,
    bot: Bot,
    screens: Screens,
    broadcast_previews: PreviewService,
    files: FileService,
) -> None:
    """First the message itself, then what it will do and the button that sends it."""
    shown = await broadcast_previews.preview(actor=actor, broadcast_id=callback_data.broadcast_id)
    await callback.answer()
    chat_id, sample = callback.from_user.id, sample_screen(shown)
    sent = None
    if sample.photo is not None:
        sent = await send_photo(
            bot, chat_id, sample.photo, files, caption=sample.text, keyboard=sample.keyboard()
        )
    if sent is None:
        await screens.send(chat_id, sample)
    await screens.send(chat_id, preview_screen(shown, actor.zone))


@router.callback_query(InPreview.filter())
async def in_preview(callback: CallbackQuery) -> None:
    await callback.answer(preview_only_toast())


@router.callback_query(SendBroadcast.filter())
async def send(
    callback: CallbackQuery,
    callback_data: SendBroadcast,
    actor: Actor,
    screens: Screens,
    broadcast_drafts: ComposeService,
    broadcast_releases: ReleaseService,
    state: FSMContext,
) -> None:
    """Only what the tapped preview shows is sent; a second tap shows what the first one did."""
    broadcast_id = callback_data.broadcast_id
    form = await broadcast_drafts.form(actor=actor, broadcast_id=broadcast_id)
    if form.draft.released_at is None and form.draft.version != callback_data.version:
        await callback.answer(changed_toast())
        await show_draft(callback, form, actor, screens, state)
        return
    released = await broadcast_releases.release(
        actor=actor, broadcast_id=broadcast_id, version=callback_data.version
    )
    await callback.answer(sent_toast(released) if form.draft.released_at is None else was_sent_toast())
    await state.clear()
    await screens.show(callback, released_screen(released, actor.zone))


@router.callback_query(SendNow.filter())
async def send_now(
    callback: CallbackQuery,
    callback_data: SendNow,
    actor: Actor,
    screens: Screens,
    broadcast_releases: ReleaseService,
) -> None:
    released = await broadcast_releases.send_now(actor=actor, broadcast_id=callback_data.broadcast_id)
    await callback.answer(sent_toast(released))
    await screens.show(callback, released_screen(released, actor.zone))


@router.callback_query(CancelBroadcast.filter())
async def cancel(
    callback: CallbackQuery,
    callback_data: CancelBroadcast,
    actor: Actor,
    screens: Screens,
    broadcast_releases: ReleaseService,
) -> None:
    released = await broadcast_releases.cancel(actor=actor, broadcast_id=callback_data.broadcast_id)
    await callback.answer(cancelled_toast())
    await screens.show(callback, released_screen(released, actor.zone))
