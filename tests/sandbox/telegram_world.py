"""What the tests of the sandbox share: a hand-turned clock, real aiogram bots, a school Monday."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from sandbox import TelegramSandbox

TOKEN = "4242:sandbox"
ANNA = 1001
MONDAY = datetime(2026, 9, 14, 10, 17, tzinfo=ZoneInfo("Europe/Moscow"))
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR42mO40KAAQQxwFgBadAihmNlUMgAAAABJRU5ErkJggg=="
)
"""A picture of 3 by 2 pixels."""


class HandClock:
    """A clock that goes only when a test turns it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


def make_bot(sandbox: TelegramSandbox, session: AiohttpSession, token: str = TOKEN) -> Bot:
    session.api = TelegramAPIServer.from_base(sandbox.base_url)
    return Bot(token, session=session)


@asynccontextmanager
async def polling(dispatcher: Dispatcher, bot: Bot) -> AsyncIterator[None]:
    """Runs the bot as its users run it, and stops it."""
    task = asyncio.create_task(
        dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False, polling_timeout=5)
    )
    try:
        yield
    finally:
        await dispatcher.stop_polling()
        await task


async def is_polled(sandbox: TelegramSandbox) -> None:
    """Wait until a bot's long poll has come."""
    await until(lambda: sandbox.bot.queue._poller is not None)


async def until(happened: Callable[[], bool]) -> None:
    """For what the sandbox knows and tells nobody."""
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def one_button(text: str, data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data)]])
