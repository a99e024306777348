"""The composition of the process: the same for `zvonok run`, the demo and the tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

import structlog
from aiogram import Bot, Dispatcher

from bot import pace
from bot.backup.keeper import BackupKeeper
from bot.backup.place import store_of
from bot.branch import Branch, Branches, Work
from bot.commands import import_texts
from bot.config import Settings
from bot.fsm import Conversations
from bot.handling import Handling
from bot.intake import Intake
from bot.messages import KINDS, SCREENS_OF
from bot.middlewares import Language, PrivateChats, WhoIsThere
from bot.pace import SharedPace
from bot.receiving import announce_webhook, mailbox_of, poll, webhook_site
from bot.schedule import schedule
from bot.sender import AiogramMessenger
from bot.served import bots_to_serve
from bot.services import build_services
from bot.telegram import LateAnswers, PacedReplies, Told, build_bot
from bot.watching.endpoint import serve_watching, watching_app
from bot.watching.watch import Duty, Watch
from db.engine import Database
from db.listening import Duties
from db.queries import outbox
from handlers import ROUTERS
from handlers.routing import Switchboard
from handlers.screens import EDIT_INTERVAL, Screens
from scheduler.ledger import Scheduler
from services.clock import Clock
from services.notifications.delivery import Sender
from services.notifications.limiter import Limiter
from services.notifications.window import Rank
from services.schools import SchoolBot
from services.watching import Pulse

# Any numbers that nobody else locks with, however large the bot's id.
_SENDER_LOCK, _POLLING_LOCK = 1 << 50, 2 << 50

log = structlog.get_logger()


class Part(StrEnum):
    """What a process does, when the work is split over several."""

    INTAKE = "intake"
    """Receives updates and answers them. With a webhook any number share the work; of those that poll, one
    fetches at a time."""
    WORKER = "worker"
    """Sends what was not asked for, and runs jobs; one at a time for a bot, the others stand by."""


@dataclass(frozen=True, slots=True)
class Application:
    """A running bot."""

    branches: Branches
    dispatcher: Dispatcher
    watch: Watch
    broken: asyncio.Future[None]
    """Raises when a part of the bot ends that should not."""


def build_dispatcher() -> Dispatcher:
    """Routers and middlewares. What handlers may have as parameters comes with every update, see
    `Branch.provided`."""
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher["say_problem"] = import_texts.line
    dispatcher.update.outer_middleware(PrivateChats())
    dispatcher.update.outer_middleware(Language())
    dispatcher.update.outer_middleware(Conversations())
    who_is_there = WhoIsThere()
    dispatcher.message.middleware(who_is_there)
    dispatcher.edited_message.middleware(who_is_there)
    dispatcher.callback_query.middleware(who_is_there)
    dispatcher.include_router(Switchboard(*ROUTERS))
    return dispatcher


class _Process:
    """What the bots of a process share; and how each is opened, see `Branches`."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        clock: Clock,
        parts: frozenset[Part],
        new_limiter: Callable[[], Limiter],
        edit_interval: float,
    ) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._parts = parts
        self._new_limiter = new_limiter
        self._edit_interval = edit_interval
        self._files = store_of(settings)
        self.watch = Watch(clock, [kind.name for kind in KINDS])
        self.watch.over_pool("all", db.engine)
        self.watch.over_pool("schools", db.of(None).engine)
        self.dispatcher = build_dispatcher()
        self.branches = Branches(partial(bots_to_serve, db, settings), self._open_branch)
        handling = self.watch.answering.over(Handling(self.dispatcher, self.branches))
        self.intake = Intake(db, clock, handling, self.branches)
        self.duties = Duties(db.url, [outbox.CHANNEL, pace.CHANNEL])
        self.shared_pace = SharedPace(self.duties, self.branches.limiter_of, self._is_alone, self._roles)

    def _is_alone(self, bot_id: int) -> bool:
        """Whether it polls and sends for the bot: nobody else writes then. Behind a webhook anybody may."""
        own = self.duties.holds(_SENDER_LOCK + bot_id) and self.duties.holds(_POLLING_LOCK + bot_id)
        return own and self._settings.webhook_url is None

    def _roles(self) -> Iterator[tuple[int, Rank]]:
        """What this process may do any moment, and others beside it."""
        is_posted_to = Part.INTAKE in self._parts and self._settings.webhook_url is not None
        for bot_id in self.branches:
            if self._is_alone(bot_id):
                continue
            if is_posted_to or self.duties.holds(_POLLING_LOCK + bot_id):
                yield bot_id, Rank.REPLY
            if self.duties.holds(_SENDER_LOCK + bot_id):
                yield bot_id, Rank.OUTBOX

    @asynccontextmanager
    async def _open_branch(self, school_bot: SchoolBot) -> AsyncIterator[tuple[Branch, list[Work]]]:
        async with AsyncExitStack() as stack:
            limiter = self._new_limiter()
            stack.enter_context(self.watch.over_limiter(limiter))
            limiter.tell_of_rests(partial(self.shared_pace.rests, school_bot.bot_id))
            bot = self._bot(school_bot, stack)
            bot.session.middleware(LateAnswers())
            bot.session.middleware(PacedReplies(limiter))
            bot.session.middleware(Told(partial(self.shared_pace.replied, bot.id)))
            bot.session.middleware(self.watch.answering)
            screens = Screens(bot, self._edit_interval, limiter.rest_of)
            stack.push_async_callback(screens.settle)
            own_db = self._db.of(school_bot.school_id)
            services = build_services(own_db, self._clock, self._files)
            branch = Branch(school_bot, bot, own_db, screens, services, limiter)
            works: list[Work] = []
            if Part.INTAKE in self._parts:
                works.append(self._receive(branch, stack.enter_context(self.watch.pulse(Duty.INTAKE))))
            if Part.WORKER in self._parts and school_bot.school_id is not None:
                # The sender waits for its turns itself: no pace.
                sending_bot = self._bot(school_bot, stack)
                sending_bot.session.middleware(Told(partial(self.shared_pace.sent, bot.id)))
                messenger = AiogramMessenger(sending_bot, limiter, SCREENS_OF, services.files)
                sender = Sender(
                    own_db,
                    self._clock,
                    messenger,
                    limiter,
                    KINDS,
                    school_id=school_bot.school_id,
                    duties=self.duties,
                    lock=_SENDER_LOCK + bot.id,
                    pulse=stack.enter_context(self.watch.pulse(Duty.SENDER)),
                    outcomes=self.watch.outcomes,
                )
                works.append(sender.run())
            yield branch, works

    def _bot(self, school_bot: SchoolBot, stack: AsyncExitStack) -> Bot:
        bot = build_bot(school_bot.token.get_secret_value(), self._settings.bot_api_url)
        stack.push_async_callback(bot.session.close)
        return bot

    def _receive(self, branch: Branch, pulse: Pulse) -> Work:
        if self._settings.webhook_url is not None:
            return announce_webhook(branch, mailbox_of(self._settings, branch.of), pulse)
        return poll(branch, self.intake, self.duties, lock=_POLLING_LOCK + branch.bot.id, pulse=pulse)


@asynccontextmanager
async def application(
    settings: Settings,
    db: Database,
    clock: Clock,
    *,
    parts: frozenset[Part] = frozenset(Part),
    new_limiter: Callable[[], Limiter] = Limiter,
    edit_interval: float = EDIT_INTERVAL,
) -> AsyncIterator[Application]:
    """The bots of the database's schools, running until the block ends; then what has begun is finished.

    `db` has the newest schema; `new_limiter` makes what keeps Telegram's limits for one bot; `edit_interval`:
    see `Screens`, in seconds.
    """
    process = _Process(settings, db, clock, parts, new_limiter, edit_interval)
    branches, intake, watch = process.branches, process.intake, process.watch
    async with AsyncExitStack() as stack:
        app = Application(branches, process.dispatcher, watch, asyncio.get_running_loop().create_future())
        jobs = schedule(db, settings)
        if settings.health_listen is not None:
            site = serve_watching(settings.health_listen, watching_app(watch, db, clock, jobs))
            stack.push_async_callback(_started(app, site))
        stack.push_async_callback(_started(app, process.duties.run()))
        stack.push_async_callback(_started(app, process.shared_pace.run()))
        if Part.INTAKE in parts:
            stack.push_async_callback(_started(app, intake.run()))
        await branches.refresh()
        stack.push_async_callback(_started(app, branches.run()))
        if Part.WORKER in parts:
            pulse = stack.enter_context(watch.pulse(Duty.SCHEDULER))
            stack.push_async_callback(_started(app, Scheduler(db, clock, jobs, pulse=pulse).run()))
            if settings.backup_key is not None:
                stack.push_async_callback(_started(app, BackupKeeper(settings, db, clock).run()))
        if Part.INTAKE in parts:
            stack.push_async_callback(intake.stop)
            if settings.webhook_url is not None:
                await stack.enter_async_context(webhook_site(settings, intake, branches))
        log.info("started", parts=sorted(part.value for part in parts), bots=len(branches))
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
