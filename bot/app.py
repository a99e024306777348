"""The composition of the process: the same for `zvonok run`, the demo and the tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import structlog
from aiogram import Bot, Dispatcher

from bot.commands import import_texts
from bot.config import Settings
from bot.fsm import Conversations, PostgresStorage
from bot.handling import Handling
from bot.messages import KINDS, SCREENS_OF
from bot.middlewares import Language, PrivateChats, WhoIsThere
from bot.receiving import receive_updates
from bot.sender import AiogramMessenger
from bot.services import Services, build_services
from bot.telegram import LateAnswers, PacedReplies, build_bot
from db.engine import Database
from handlers import ROUTERS
from handlers.routing import Switchboard
from handlers.screen import EDIT_INTERVAL, Screens
from scheduler.ledger import Scheduler
from scheduler.table import JOBS
from services.clock import Clock
from services.files import FileStore
from services.notifications.delivery import Sender
from services.notifications.limiter import Limiter

# Any numbers that nobody else locks with, however large the bot's id.
_SENDER_LOCK, _INTAKE_LOCK = 1 << 50, 2 << 50

FILES = "files"
"""Folder of the data folder with what people sent."""

log = structlog.get_logger()


class Part(StrEnum):
    """What a process does, when the work is split over several."""

    INTAKE = "intake"
    """Receives updates and answers them. One process at a time works, others stand by."""
    WORKER = "worker"
    """Sends what was not asked for, and runs jobs."""


@dataclass(frozen=True, slots=True)
class Application:
    """A running bot."""

    services: Services
    bot: Bot
    dispatcher: Dispatcher
    broken: asyncio.Future[None]
    """Raises when a part of the bot ends that should not."""


def build_dispatcher(services: Services, db: Database, screens: Screens) -> Dispatcher:
    """Routers, middlewares and everything that a handler may have as a parameter."""
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher["screens"] = screens
    dispatcher["say_problem"] = import_texts.line
    for field in fields(services):
        dispatcher[field.name] = getattr(services, field.name)
    dispatcher.update.outer_middleware(PrivateChats())
    dispatcher.update.outer_middleware(Language(services.notice_settings))
    dispatcher.update.outer_middleware(Conversations(PostgresStorage(db, services.clock)))
    who_is_there = WhoIsThere(db, services.clock)
    dispatcher.message.middleware(who_is_there)
    dispatcher.edited_message.middleware(who_is_there)
    dispatcher.callback_query.middleware(who_is_there)
    dispatcher.include_router(Switchboard(*ROUTERS))
    return dispatcher


@asynccontextmanager
async def application(
    settings: Settings,
    db: Database,
    clock: Clock,
    *,
    parts: frozenset[Part] = frozenset(Part),
    limiter: Limiter | None = None,
    edit_interval: float = EDIT_INTERVAL,
) -> AsyncIterator[Application]:
    """The bot, running until the block ends; then it finishes what it has begun.

    `settings` have a token; `db` has the newest schema; `limiter` keeps Telegram's limits unless another is
    given; `edit_interval`: see `Screens`, in seconds.
    """
    assert settings.bot_token is not None
    token, api_url = settings.bot_token.get_secret_value(), settings.bot_api_url
    limiter = limiter or Limiter()
    async with AsyncExitStack() as stack:
        bot = build_bot(token, api_url)
        stack.push_async_callback(bot.session.close)
        bot.session.middleware(LateAnswers())
        bot.session.middleware(PacedReplies(limiter))
        screens = Screens(bot, edit_interval)
        services = build_services(db, clock, FileStore(settings.data_dir / FILES))
        dispatcher = build_dispatcher(services, db, screens)
        app = Application(services, bot, dispatcher, asyncio.get_running_loop().create_future())
        if Part.WORKER in parts:
            sending_bot = build_bot(token, api_url)
            stack.push_async_callback(sending_bot.session.close)
            messenger = AiogramMessenger(sending_bot, limiter, SCREENS_OF, services.files)
            sender = Sender(db, clock, messenger, limiter, KINDS, lock=_SENDER_LOCK + bot.id)
            stack.push_async_callback(_started(app, sender.run()))
            stack.push_async_callback(_started(app, Scheduler(db, clock, JOBS).run()))
        if Part.INTAKE in parts:
            stack.push_async_callback(screens.settle)
            handling = Handling(dispatcher, bot, screens)
            receiving = receive_updates(settings, db, clock, bot, handling, lock=_INTAKE_LOCK + bot.id)
            stack.push_async_callback(_started(app, receiving))
        log.info("started", parts=sorted(part.value for part in parts))
        yield app
        log.info("stopping")


def _started(app: Application, work: Coroutine[Any, Any, None]) -> Callable[[], Awaitable[None]]:
    """Run something that never ends by itself; gives what stops it."""
    task = asyncio.create_task(work)

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) and not app.broken.done():
            app.broken.set_exception(error)

    async def stop() -> None:
        task.cancel()
        await asyncio.wait([task])

    task.add_done_callback(ended)
    return stop
