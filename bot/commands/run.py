"""zvonok run: the bot itself."""

from __future__ import annotations

import asyncio
import gc
import signal
from typing import Any

import click
from aiogram.exceptions import TelegramAPIError, TelegramNotFound, TelegramUnauthorizedError

from bot.app import Application, Part, application
from bot.config import load_settings
from bot.database import open_database
from bot.logs import set_up_logging
from bot.refusal import Refusal
from bot.watching.sentry import set_up_sentry
from services.clock import Clock


@click.command()
@click.option(
    "--only",
    type=click.Choice([part.value for part in Part]),
    help="Только приём сообщений или только отправка и задания.",
)
def run(only: str | None) -> None:
    """Запустить бота. Нужен ZVONOK_BOT_TOKEN."""
    parts = frozenset([Part(only)] if only else Part)
    asyncio.run(_run(parts))


async def _run(parts: frozenset[Part]) -> None:
    settings = load_settings()
    if settings.bot_token is None:
        raise Refusal("Нужен ZVONOK_BOT_TOKEN: токен бота от @BotFather.")
    set_up_logging(settings.log_format)
    if settings.sentry_dsn is not None:
        set_up_sentry(settings.sentry_dsn.get_secret_value())
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with (
        open_database(settings) as db,
        application(settings, db, Clock(settings.clock), parts=parts) as app,
    ):
        await _check_token(app)
        # What is loaded now stays: to look through all of it for garbage stops the bot for a quarter of a
        # second each time.
        gc.freeze()
        stopped = asyncio.create_task(stop.wait())
        ends: list[asyncio.Future[Any]] = [stopped, app.broken]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if app.broken.done():
            await app.broken


async def _check_token(app: Application) -> None:
    try:
        await app.bot.me()
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise Refusal("Telegram не знает такого токена. Проверьте ZVONOK_BOT_TOKEN.") from None
    except TelegramAPIError:
        return  # Telegram is away: the bot waits for it.
