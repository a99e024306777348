"""A school whose bot is a process of its own, and the means to stop that process at a chosen point.

They are all outside: faults of the sandbox's Telegram, and locks in PostgreSQL. Nothing in the bot knows of
the tests.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import ColumnElement, func, insert, select, text
from sqlalchemy.dialects import postgresql

from bot.app import _SENDER_LOCK, Application, Part, application
from bot.config import Settings
from bot.logs import set_up_logging
from db.engine import Database
from db.enums import AttendanceStatus, BindingState, Channel, InboxState, JobState, OutboxState
from db.models import Attendance, AuditEntry, Base, Binding, InboxUpdate, JobRun, OutboxMessage
from db.queries.outbox import CHANNEL
from sandbox import Fault, Phone, TelegramSandbox
from scheduler.ledger import slots
from scheduler.table import JOBS
from services.clock import Clock
from services.notifications.absence_alert import NAME as ALERT
from services.notifications.departures import LEASE
from tests.faults.deployment import Deployment
from tests.faults.process import EDIT_INTERVAL, BotProcess, quick_limiter
from tests.faults.servers import server
from tests.processes import until
from tests.world import MOSCOW, Story, build_story, moment

__all__ = ["server", "until"]

TOKEN = "1000000:faults"
PATIENCE = 20.0


@dataclass(slots=True)
class Lock:
    """A lock in PostgreSQL that the bot runs into."""

    db: Database
    backend: int

    async def reached(self, by: int = 1) -> None:
        """Wait until at least so many statements of the bot wait for the lock."""
        blocked = text("select count(*) from pg_stat_activity where :pid = any(pg_blocking_pids(pid))")

        async def waiting() -> bool:
            async with self.db.statement() as session:
                return (await session.scalar(blocked, {"pid": self.backend}) or 0) >= by

        await until(waiting, f"{by} statements wait for the lock")


@dataclass(slots=True)
class School:
    """The story's school and its people's phones; the bot runs from `start` to `kill`."""

    db: Database
    sandbox: TelegramSandbox
    clock: Clock
    people: Story
    log: Path
    bot: BotProcess | None = None

    data_dir: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log.touch()
        self.data_dir = self.log.parent

    # --- The bot's life -------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        return Settings.model_construct(
            bot_token=SecretStr(TOKEN),
            bot_api_url=self.sandbox.base_url,
            database_url=SecretStr(self.db.url),
            data_dir=self.data_dir,
            clock=self.clock.now(),
        )

    def start(self) -> None:
        assert self.bot is None
        self.bot = BotProcess(self.settings, self.log)

    @asynccontextmanager
    async def living_here(
        self, db: Database | None = None, parts: frozenset[Part] = frozenset(Part)
    ) -> AsyncIterator[Application]:
        """The bot as a part of the test: they share the clock, so that it jumps while the bot runs."""
        set_up_logging("console")
        async with application(
            self.settings,
            db or self.db,
            self.clock,
            parts=parts,
            new_limiter=quick_limiter,
            edit_interval=EDIT_INTERVAL,
        ) as app:
            yield app

    async def kill(self) -> None:
        """kill -9, with whatever statement it was waiting for."""
        if self.bot is None:
            return
        self.bot.kill()
        self.bot = None
        orphans = text(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        )
        async with self.db.statement() as session:
            await session.execute(orphans)

    async def restart(self) -> None:
        await self.kill()
        self.start()

    async def restart_at(self, time: str) -> None:
        await self.kill()
        self.clock.turn(moment(time))
        self.start()

    async def restart_after_the_lease(self) -> None:
        """So long after that a message on its way can no longer be anybody's."""
        await self.kill()
        self.clock.turn(self.clock.now() + 2 * LEASE)
        self.start()

    def printed(self) -> str:
        """The log of all its lives."""
        return self.log.read_text()

    def freeze(self) -> None:
        """It does nothing any more; its connections stay open until it is killed."""
        assert self.bot is not None
        self.bot.freeze()

    # --- Stopping it at a point -----------------------------------------------------------------------

    def fault(self, fault: Fault) -> Fault:
        return self.sandbox.faults.add(fault)

    async def struck(self, fault: Fault) -> None:
        async def hit() -> bool:
            return fault.hits > 0

        await until(hit, f"{fault.kind} of {fault.method}")

    @asynccontextmanager
    async def locked(self, statement: str) -> AsyncIterator[Lock]:
        """Hold the locks that the statement takes; nobody dead gets them afterwards."""
        async with self.db.transaction() as session:
            backend = await session.scalar(select(func.pg_backend_pid()))
            assert backend is not None
            await session.execute(text(statement))
            yield Lock(self.db, backend)

    # --- People ---------------------------------------------------------------------------------------

    def phone(self, person_id: int) -> Phone:
        return self.sandbox.phone(self.people.world.accounts[person_id].external_user_id)

    @property
    def anna(self) -> Phone:
        return self.phone(self.people.anna)

    @property
    def mother(self) -> Phone:
        return self.phone(self.people.mother)

    @property
    def father(self) -> Phone:
        return self.phone(self.people.father)

    async def add(self, model: type[Base], **values: Any) -> None:
        """A row of this school."""
        async with self.db.transaction() as session:
            await session.execute(insert(model).values(school_id=self.people.world.school_id, **values))

    async def nothing_is_overdue(self) -> None:
        """Jobs of which no test here tells: the bot would begin each of its lives with the morning's."""
        now = self.clock.now()
        done = [
            {"job": job.name, "slot": slot}
            for job in JOBS
            for slot in slots(job, MOSCOW, now - job.too_late, now)
        ]
        async with self.db.transaction() as session:
            common = {"claim_token": UUID(int=0), "lease_until": now, "started_at": now, "finished_at": now}
            common |= {"school_id": self.people.world.school_id, "state": JobState.DONE, "attempts": 1}
            runs = postgresql.insert(JobRun).values(**common).on_conflict_do_nothing()
            await session.execute(runs, done)

    async def wake_sender(self) -> None:
        """It looks at the clock at once, and not when it had meant to."""
        async with self.db.transaction() as session:
            await session.execute(text(f"notify {CHANNEL}"))

    async def has_a_sender(self) -> None:
        """Wait until a process has the duty to send: whoever is started from now on stands by."""
        holders = text(
            "select count(*) from pg_locks join pg_database on pg_database.oid = database"
            " where datname = current_database() and locktype = 'advisory' and granted"
            " and classid = cast(:duty as oid) and objid = cast(:bot as oid)"
        )
        duty, bot = divmod(_SENDER_LOCK + self.sandbox.bot.bot_id, 1 << 32)

        async def held() -> bool:
            async with self.db.statement() as session:
                return bool(await session.scalar(holders, {"duty": duty, "bot": bot}))

        await until(held, "somebody sends")

    async def second_phone(self, person_id: int) -> Phone:
        """Another account of the same person, at its first screen."""
        user_id = 77
        await self.add(
            Binding,
            person_id=person_id,
            channel=Channel.TELEGRAM,
            external_user_id=user_id,
            chat_id=user_id,
            state=BindingState.ACTIVE,
            bound_at=moment("08:00"),
        )
        phone = self.sandbox.phone(user_id)
        await phone.start()
        await self.settled()
        return phone

    async def open_register(self) -> Phone:
        """Anna Petrovna has the register before her, and the bot nothing more to do."""
        await self.anna.press("Перекличка")
        await self.anna.sees_button("Иванов П.")
        await self.settled()
        return self.anna

    async def take_register(self, *absent: str) -> Phone:
        """Whoever is absent is marked, «Готово» is pressed; the undo window is open."""
        await self.open_register()
        for name in absent:
            await self.anna.press(name)
        await self.anna.press("Готово")
        await self.anna.sees_button("Сообщить сейчас")
        await self.settled()
        return self.anna

    async def tell_now(self, teacher: Phone) -> None:
        """The undo window ends: alerts are due."""
        await teacher.press("Сообщить сейчас")

    # --- What came of it ------------------------------------------------------------------------------

    async def count(self, *conditions: ColumnElement[bool]) -> int:
        async with self.db.statement() as session:
            return await session.scalar(select(func.count()).where(*conditions)) or 0

    async def confirmed(self) -> None:
        """Wait until Telegram has heard that the bot has every update."""

        async def nothing_pending() -> bool:
            return not self.sandbox.bot.queue.pending

        await until(nothing_pending, "all updates are confirmed")

    async def settled(self, patience: float = PATIENCE) -> None:
        """Wait until Telegram has nothing more for the bot, and every update that it took is handled."""

        async def nothing_left() -> bool:
            pending = self.sandbox.bot.queue.pending
            return not pending and not await self.count(InboxUpdate.state == InboxState.NEW)

        await until(nothing_left, "all updates are handled", patience)
        assert not await self.count(InboxUpdate.state == InboxState.FAILED), self.printed()

    async def marked_absent(self, pupil_id: int) -> bool:
        """In the register; and its history knows of one change."""
        absent = await self.count(
            Attendance.pupil_id == pupil_id, Attendance.status == AttendanceStatus.ABSENT
        )
        changes = await self.count(AuditEntry.action == "attendance.set", AuditEntry.pupil_id == pupil_id)
        return (absent, changes) == (1, 1)

    async def times_taken(self) -> int:
        return await self.count(AuditEntry.action == "register.taken")

    async def alert_of(self, pupil_id: int) -> OutboxMessage:
        async with self.db.transaction() as session:
            found = await session.scalars(
                select(OutboxMessage).where(OutboxMessage.kind == ALERT, OutboxMessage.pupil_id == pupil_id)
            )
            return found.one()

    async def alert_rests_as(self, pupil_id: int, state: OutboxState) -> OutboxMessage:
        async def rests() -> bool:
            return (await self.alert_of(pupil_id)).state is state

        await until(rests, f"the alert of pupil {pupil_id} is {state}")
        return await self.alert_of(pupil_id)


def alerts(phone: Phone) -> list[str]:
    """The first lines of the absence alerts in a chat, oldest first: the pupil, or the mark of a repeat."""
    return [
        message.text.splitlines()[0]
        for message in phone.messages
        if message.outgoing and "Нет на 3-м уроке" in message.text
    ]


@asynccontextmanager
async def a_school(db: Database, log: Path) -> AsyncIterator[School]:
    clock = Clock(moment("10:17"))
    people = await build_story(db)
    sandbox = TelegramSandbox(clock=lambda: clock.now().astimezone(MOSCOW))
    sandbox.add_bot(TOKEN, "zvonok_bot")
    await sandbox.start()
    school = School(db, sandbox, clock, people, log)
    await school.nothing_is_overdue()
    for person_id, account in people.world.accounts.items():
        phone = sandbox.phone(account.external_user_id)
        phone.chat.started = True
        if person_id in (people.anna, people.irina):
            await phone.say("/start")
    try:
        yield school
    finally:
        await school.kill()
        await sandbox.stop()
        sys.stdout.write(school.printed())


@pytest.fixture
async def school(committed_db: Database, tmp_path: Path) -> AsyncIterator[School]:
    """The bot runs, and the teacher and the class teacher have said /start."""
    async with a_school(committed_db, tmp_path / "bot.log") as school:
        school.start()
        await school.settled()
        yield school


@pytest.fixture
async def empty_school(committed_db: Database, tmp_path: Path) -> AsyncIterator[School]:
    """As `school`, and the test itself starts the bot."""
    async with a_school(committed_db, tmp_path / "bot.log") as school:
        yield school


@pytest.fixture
async def several(empty_school: School) -> AsyncIterator[tuple[School, Deployment]]:
    """An intake and a worker; the others stand ready to be started."""
    school = empty_school
    deployment = Deployment(school.sandbox, school.clock, school.db.url, TOKEN, school.log)
    async with deployment.running():
        deployment.start("intake 1", "worker 1")
        await school.settled()
        await school.has_a_sender()
        yield school, deployment
