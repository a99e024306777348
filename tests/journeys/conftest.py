"""The whole bot over HTTP against the sandbox: journeys drive it as people do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import ColumnElement, and_, exists, select, text

from bot.app import Application, application
from bot.branch import Branch
from bot.config import Settings
from bot.logs import set_up_logging
from db.engine import Database
from db.enums import InboxState, JobState, OutboxState
from db.models import InboxUpdate, JobRun, OutboxMessage
from db.queries.outbox import CHANNEL
from sandbox import Phone, TelegramSandbox
from scheduler.ledger import slots
from scheduler.table import JOBS
from services.clock import Clock
from services.notifications.limiter import Limiter
from tests.logged import Log, words_about_people
from tests.world import MONDAY, MOSCOW, Story, build_story, moment

TOKEN = "1000000:a-journey-of-a-thousand-miles"
EDIT_INTERVAL = 0.05
"""Seconds between two edits of a screen: nobody here waits a second for every button."""
CHAT_INTERVAL = 2 * EDIT_INTERVAL
"""Seconds that a chat rests before it gets what it did not ask for: a screen is shown by then."""
PATIENCE = 20.0
"""Seconds after which a journey fails."""


@dataclass(slots=True)
class Town:
    """The story's school, its people's phones, and the bot between them."""

    db: Database
    clock: Clock
    sandbox: TelegramSandbox
    people: Story
    app: Application

    @property
    def branch(self) -> Branch:
        """What the bot of the school works with."""
        [branch] = self.app.branches.values()
        return branch

    def phone(self, person_id: int) -> Phone:
        return self._phone_of(self.people.world.accounts[person_id].external_user_id)

    def stranger(self) -> Phone:
        """Somebody whom the bot has never seen."""
        return self._phone_of(77, first_name="Некто")

    async def at(self, time: str, day: date = MONDAY) -> None:
        """Turn the clock, and let what is due arrive."""
        self.clock.turn(moment(time, day))
        async with self.db.transaction() as session:
            await session.execute(text(f"notify {CHANNEL}"))
        await self.until(self._all_sent)

    async def idle(self) -> None:
        """Wait until every update is handled, everything due has arrived and every screen is shown."""
        await self.until(self._all_handled)
        await self.until(self._all_sent)
        await self.branch.screens.settle()

    def _phone_of(self, user_id: int, first_name: str = "Анна") -> Phone:
        phone = self.sandbox.phone(user_id, first_name=first_name)
        phone.until_idle = self.idle
        return phone

    async def until(self, happened: Callable[[], Awaitable[bool]]) -> None:
        """What the database knows wakes nobody here."""
        async with asyncio.timeout(PATIENCE):
            while not await happened():  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(0.01)

    async def _all_handled(self) -> bool:
        return not self.sandbox.bot.queue.pending and await self._none(InboxUpdate.state == InboxState.NEW)

    async def _all_sent(self) -> bool:
        due = and_(OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.not_before <= self.clock.now())
        return await self._none(due | (OutboxMessage.state == OutboxState.CLAIMED))

    async def _none(self, condition: ColumnElement[bool]) -> bool:
        async with self.db.statement() as session:
            return not await session.scalar(select(exists().where(condition)))


@pytest.fixture(autouse=True)
def log() -> Iterator[Log]:
    """What a journey logs; none may end without a look at it."""
    set_up_logging("console")
    kept = Log()
    logging.getLogger().addHandler(kept)
    yield kept
    logging.getLogger().removeHandler(kept)
    assert kept.checked


def past_runs(school_id: int, now: datetime) -> Iterator[JobRun]:
    """The morning's jobs are done: none runs meanwhile that finds a clock which a journey has turned."""
    for job in JOBS:
        for slot in slots(job, MOSCOW, now - job.too_late, now):
            yield JobRun(
                school_id=school_id,
                job=job.name,
                slot=slot,
                state=JobState.DONE,
                claim_token=uuid4(),
                lease_until=slot,
                attempts=1,
                started_at=slot,
                finished_at=slot,
            )


@pytest.fixture
async def town(committed_db: Database, tmp_path: Path, log: Log) -> AsyncIterator[Town]:
    clock = Clock(moment("10:17"))
    people = await build_story(committed_db)
    async with committed_db.transaction() as session:
        session.add_all(past_runs(people.world.school_id, clock.now()))
    async with AsyncExitStack() as stack:
        sandbox = TelegramSandbox(clock=lambda: clock.now().astimezone(MOSCOW))
        sandbox.add_bot(TOKEN, "zvonok_bot")
        await sandbox.start()
        stack.push_async_callback(sandbox.stop)
        phones = [sandbox.phone(account.external_user_id) for account in people.world.accounts.values()]
        said = [(phone, await phone.say("/start")) for phone in phones]
        settings = Settings.model_construct(
            bot_token=SecretStr(TOKEN),
            bot_api_url=sandbox.base_url,
            database_url=SecretStr(committed_db.url),
            data_dir=tmp_path,
        )
        app = await stack.enter_async_context(
            application(
                settings,
                committed_db,
                clock,
                new_limiter=lambda: Limiter(1000, CHAT_INTERVAL),
                edit_interval=EDIT_INTERVAL,
            )
        )
        # Whatever a journey reads, it is not the greeting.
        await asyncio.gather(*(phone.sees_after(start, timeout=PATIENCE) for phone, start in said))
        yield Town(committed_db, clock, sandbox, people, app)
    log.must_not_name({*await words_about_people(committed_db), TOKEN.partition(":")[2]})
