"""The leanest bot there can be: aiogram alone, one handler, an answer and an edit; it knows nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from aiogram import Bot, Dispatcher
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message


@asynccontextmanager
async def bare_bot(bot: Bot, text: str, keyboard: InlineKeyboardMarkup) -> AsyncIterator[None]:
    """Polls until the block ends. The text gets a number, because an edit must change something."""
    dispatcher = Dispatcher()
    numbers = count()

    @dispatcher.callback_query()
    async def tapped(callback: CallbackQuery) -> None:
        assert isinstance(callback.message, Message)
        await callback.answer("Иванов П.: Н")
        await callback.message.edit_text(f"{text} {next(numbers)}", reply_markup=keyboard)

    async with polling(dispatcher, bot):
        yield


@asynccontextmanager
async def polling(dispatcher: Dispatcher, bot: Bot) -> AsyncIterator[None]:
    task = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
    try:
        yield
    finally:
        await dispatcher.stop_polling()
        await task
