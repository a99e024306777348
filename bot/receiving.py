"""Where updates come from: long polling or a webhook, by one process at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from urllib.parse import urlsplit

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiohttp import web

from bot.config import Settings
from bot.intake import ALLOWED_UPDATES, Handler, Intake
from bot.webhook import webhook_app
from db.engine import Database
from db.listening import OUTAGE, sole_listener
from services.clock import Clock

_LONGEST_BACKOFF = 30.0

log = structlog.get_logger()


async def receive_updates(
    settings: Settings, db: Database, clock: Clock, bot: Bot, handler: Handler, *, lock: int
) -> None:
    """Until cancelled. Whoever holds `lock` receives; what was begun is finished before it is let go."""
    failures = 0
    while True:
        begun = asyncio.get_running_loop().time()
        try:
            async with sole_listener(db.url, lock=lock) as lost:
                intake = Intake(db, clock, handler)
                try:
                    await intake.start()
                    await _until(lost, _receive(settings, bot, intake))
                finally:
                    await intake.stop()
        except (AiogramError, *OUTAGE) as error:
            log.warning("intake.interrupted", error=type(error).__name__)
        lasted = asyncio.get_running_loop().time() - begun
        failures = 0 if lasted > _LONGEST_BACKOFF else failures + 1
        await asyncio.sleep(min(2.0 ** (failures - 1), _LONGEST_BACKOFF))


async def _until(lost: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Work until the lock is lost; raises what the work raises."""
    working, losing = asyncio.create_task(work), asyncio.create_task(lost.wait())
    try:
        await asyncio.wait([working, losing], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
    finally:
        working.cancel()
        losing.cancel()
        await asyncio.wait([working, losing])


async def _receive(settings: Settings, bot: Bot, intake: Intake) -> None:
    if settings.webhook_url is None:
        await bot.delete_webhook()
        await intake.poll(bot)
        return
    assert settings.webhook_secret is not None
    secret = settings.webhook_secret.get_secret_value()
    path = urlsplit(settings.webhook_url).path or "/"
    runner = web.AppRunner(webhook_app(intake, path=path, secret=secret), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, *settings.listen).start()
        await bot.set_webhook(settings.webhook_url, secret_token=secret, allowed_updates=ALLOWED_UPDATES)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
