"""A broadcast for its reader: answering it, what a message must not say by itself, and its files (C6, C7)."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.types import CallbackQuery

from handlers.callbacks.broadcast_results import ChangeReply
from handlers.callbacks.broadcasts import OpenNotice, ReplyBroadcast, ShowBroadcastFiles, ShowNotice
from handlers.files import send_files
from handlers.screens import Screens
from handlers.texts.broadcast_notice import (
    ACKNOWLEDGED,
    broadcast_screen,
    change_answer_screen,
    replied_toast,
)
from services.actor import Actor
from services.broadcasts.reading import ReadService
from services.broadcasts.replies import ReplyService
from services.files import FileService

router = Router(name="parent.broadcasts")


@router.callback_query(ReplyBroadcast.filter())
async def reply(
    callback: CallbackQuery,
    callback_data: ReplyBroadcast,
    actor: Actor,
    screens: Screens,
    broadcast_replies: ReplyService,
) -> None:
    """Set, never toggled: two taps say it once."""
    option = None if callback_data.option == ACKNOWLEDGED else callback_data.option
    notice = await broadcast_replies.reply(
        actor=actor,
        recipient_id=callback_data.recipient_id,
        option=option,
        shown_in=callback.message.message_id if callback.message else None,
    )
    await callback.answer(replied_toast(notice))
    await screens.show(callback, broadcast_screen(notice))


@router.callback_query(ChangeReply.filter())
async def change_answer(
    callback: CallbackQuery,
    callback_data: ChangeReply,
    actor: Actor,
    screens: Screens,
    broadcast_replies: ReplyService,
) -> None:
    notice = await broadcast_replies.reopen(actor=actor, recipient_id=callback_data.recipient_id)
    await callback.answer()
    await screens.replace(callback, change_answer_screen(notice))


@router.callback_query(ShowNotice.filter())
async def show_notice(
    callback: CallbackQuery,
    callback_data: ShowNotice,
    actor: Actor,
    screens: Screens,
    broadcast_reader: ReadService,
) -> None:
    await callback.answer()
    notice = await broadcast_reader.notice(actor=actor, recipient_id=callback_data.recipient_id)
    await screens.show(callback, broadcast_screen(notice))


@router.callback_query(OpenNotice.filter())
async def open_notice(
    callback: CallbackQuery,
    callback_data: OpenNotice,
    actor: Actor,
    screens: Screens,
    broadcast_reader: ReadService,
) -> None:
    await callback.answer()
    notice = await broadcast_reader.notice(actor=actor, recipient_id=callback_data.recipient_id)
    await screens.send(callback.from_user.id, broadcast_screen(notice))


@router.callback_query(ShowBroadcastFiles.filter())
async def show_files(
    callback: CallbackQuery,
    callback_data: ShowBroadcastFiles,
    actor: Actor,
    bot: Bot,
    broadcast_reader: ReadService,
    files: FileService,
) -> None:
    await callback.answer()
    stored = await broadcast_reader.files(actor=actor, recipient_id=callback_data.recipient_id)
    await send_files(bot, callback.from_user.id, stored, files)
