"""Where updates come from: long polling by one process at a time, or a webhook that any number may have."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial

import structlog
from aiogram.exceptions import AiogramError, TelegramConflictError, TelegramNetworkError
from aiohttp import web

from bot.branch import Branch, Branches
from bot.config import Settings
from bot.intake import Intake
from bot.telegram import GetRawUpdates
from bot.webhook import Mailbox, webhook_app
from db.listening import OUTAGE, Duties, until
from services.backoff import backoff
from services.schools import SchoolBot
from services.watching import Pulse

ALLOWED_UPDATES = ["message", "edited_message", "callback_query"]
_POLL_SECONDS = 25
_LONGEST_BACKOFF = 30.0

log = structlog.get_logger()


async def poll(branch: Branch, intake: Intake, duties: Duties, *, lock: int, pulse: Pulse) -> None:
    """Fetch updates until cancelled, while no other process does."""
    while True:
        pulse.stand_by()
        async with duties.hold(lock) as lost:
            await until(lost, _poll(branch, intake, pulse))


async def _poll(branch: Branch, intake: Intake, pulse: Pulse) -> None:
    """The messenger hears that we have a batch only after it is kept."""
    fetch = GetRawUpdates(timeout=_POLL_SECONDS, allowed_updates=ALLOWED_UPDATES)
    failures, has_webhook = 0, True
    while True:
        await intake.has_room()
        try:
            if has_webhook:
                has_webhook = not await branch.bot.delete_webhook()
            # Past the bot's middlewares, which are for what is sent.
            updates = await branch.bot.session.make_request(branch.bot, fetch, _POLL_SECONDS + 10)
            pulse.beat()
            if updates:
                await intake.receive(updates, bot_id=branch.of.bot_id, school_id=branch.of.school_id)
                fetch.offset = updates[-1]["update_id"] + 1
            failures = 0
        except (AiogramError, *OUTAGE) as error:
            _tell_why(error, branch.of.school_id, pulse)
            await asyncio.sleep(backoff(failures, _LONGEST_BACKOFF))
            failures += 1


def _tell_why(error: Exception, school_id: int | None, pulse: Pulse) -> None:
    if not isinstance(error, TelegramConflictError):
        log.warning("intake.polling_failed", school=school_id, error=type(error).__name__)
    elif pulse.contest():
        by = "webhook" if "webhook" in error.message.lower() else "polling"
        log.error("intake.token_used_elsewhere", school=school_id, by=by)


async def announce_webhook(branch: Branch, mailbox: Mailbox, pulse: Pulse) -> None:
    """Tell the messenger where to post, until it has heard."""
    failures = 0
    while True:
        try:
            await branch.bot.set_webhook(
                mailbox.url, secret_token=mailbox.secret, allowed_updates=ALLOWED_UPDATES
            )
            pulse.beat()
            return
        except AiogramError as error:
            log.warning("intake.no_webhook", school=branch.of.school_id, error=type(error).__name__)
            if not isinstance(error, TelegramNetworkError):
                # It refuses this bot: no reason for a balancer to leave out the process, and so every school.
                pulse.beat()
            await asyncio.sleep(backoff(failures, _LONGEST_BACKOFF))
            failures += 1


def mailbox_of(settings: Settings, school_bot: SchoolBot) -> Mailbox:
    """Where a bot's updates are posted. The bot of ZVONOK_BOT_TOKEN has the address and the secret of the
    settings; each other an address below it and a secret of its own, so that one that got out opens nothing
    else."""
    assert settings.webhook_url is not None
    assert settings.webhook_secret is not None, "load_settings asks for it"
    url, secret = settings.webhook_url, settings.webhook_secret.get_secret_value()
    if school_bot.token != settings.bot_token:
        url = f"{url}/{school_bot.bot_id}"
        secret = hmac.digest(secret.encode(), str(school_bot.bot_id).encode(), "sha256").hex()
    return Mailbox(url, secret, school_bot.bot_id, school_bot.school_id)


@asynccontextmanager
async def webhook_site(settings: Settings, intake: Intake, branches: Branches) -> AsyncIterator[None]:
    """Listens for every bot of the process; at the end what has been begun is answered."""
    mailbox = cache(partial(mailbox_of, settings))
    app = webhook_app(intake, lambda: (mailbox(branch.of) for branch in branches.values()))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, *settings.listen).start()
        yield
    finally:
        await runner.cleanup()
