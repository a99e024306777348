"""zvonok run: the bot itself."""

from __future__ import annotations

import asyncio
import gc
import signal
from typing import Any

import click
import structlog
from aiogram.exceptions import TelegramAPIError, TelegramNotFound, TelegramUnauthorizedError

from bot.app import Application, Part, application
from bot.branch import Branch
from bot.config import load_settings
from bot.database import open_database
from bot.logs import set_up_logging
from bot.refusal import Refusal
from bot.supervisor import PULSE_SECONDS, tell_supervisor
from bot.watching.sentry import set_up_sentry
from services.clock import Clock
from services.schools import stored_bots

_CHECK_SECONDS = 10
_GARBAGE = 20_000
"""Objects that are looked through at a time."""

log = structlog.get_logger()


@click.command()
@click.option(
    "--only",
    type=click.Choice([part.value for part in Part]),
    help="Только приём сообщений или только отправка и задания.",
)
def run(only: str | None) -> None:
    """Запустить бота из ZVONOK_BOT_TOKEN и ботов школ."""
    parts = frozenset([Part(only)] if only else Part)
    asyncio.run(_run(parts))


async def _run(parts: frozenset[Part]) -> None:
    settings = load_settings()
    if settings.bot_token is None and settings.secret_key is None:
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
        await _check_tokens(app)
        for unread in (await stored_bots(db, settings.cipher)).unreadable:
            log.error("run.token_unreadable", school=unread.school_id)
        rarely_look_for_garbage()
        stopped = asyncio.create_task(stop.wait())
        ends: list[asyncio.Future[Any]] = [stopped, app.broken]
        tell_supervisor("READY=1")
        while not any(end.done() for end in ends):
            tell_supervisor("WATCHDOG=1")
            await asyncio.wait(ends, timeout=PULSE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        tell_supervisor("STOPPING=1")
        stopped.cancel()
        if app.broken.done() and (error := app.broken.exception()):
            raise ended_by(error)


def rarely_look_for_garbage() -> None:
    """What is loaded now stays: to look through all of it stops the bot for a quarter of a second each time.
    To look at the rest less often than Python would takes two hundredths off a tap."""
    gc.freeze()
    gc.set_threshold(_GARBAGE)


def ended_by(error: BaseException) -> Refusal:
    """Python itself would print all that the error says, and that may be about people; the log tells what may
    be told, also to Sentry."""
    if isinstance(error, Refusal):
        return error
    log.error("run.broken", exc_info=error)
    return Refusal("Бот остановился из-за ошибки в программе: строка run.broken в журнале.")


async def _check_tokens(app: Application) -> None:
    """One that Telegram does not know stops its school alone; the others go on."""
    there = list(app.branches.values())
    known = await asyncio.gather(*map(_is_known, there))
    unknown = [branch for branch, is_known in zip(there, known, strict=True) if not is_known]
    if unknown and not any(known):
        raise Refusal("Telegram не знает такого токена. Проверьте ZVONOK_BOT_TOKEN: zvonok doctor.")
    for branch in unknown:
        log.error("run.token_unknown", school=branch.of.school_id)


async def _is_known(branch: Branch) -> bool:
    try:
        await branch.bot.get_me(request_timeout=_CHECK_SECONDS)
    except (TelegramUnauthorizedError, TelegramNotFound):
        return False
    except TelegramAPIError:
        pass  # Telegram is away: the bot waits for it.
    return True
