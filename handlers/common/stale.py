"""The last router: it answers what nobody else did, so that no tap and no message meets silence."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.screen import Screens
from handlers.texts.errors import stale_button_screen, unexpected_message_screen

router = Router(name="common.stale")


@router.callback_query()
async def stale_button(callback: CallbackQuery, screens: Screens) -> None:
    await callback.answer()
    await screens.show(callback, stale_button_screen())


@router.message()
async def unexpected_message(message: Message, screens: Screens) -> None:
    await screens.show(message, unexpected_message_screen())
