"""A broadcast for its reader, on request: what a message must not say by itself, and its files."""

from __future__ import annotations

from aiogram import Bot
from aiogram.types import CallbackQuery

from handlers.callbacks.broadcasts import ShowBroadcastFiles, ShowNotice
from handlers.files import send_files
from handlers.routing import screen_router
from handlers.screen import Screens
from handlers.texts.broadcast_notice import broadcast_screen
from services.actor import Actor
from services.broadcasts.reading import ReadService
from services.files import FileService

router = screen_router("parent.broadcasts", ShowNotice, ShowBroadcastFiles)


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
