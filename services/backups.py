"""Back-ups: when they are due, how old they may be, and what the administrator is told of them (O1).

How they are made is not the services' business: see bot/backup/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from db.engine import Database, Executor
from db.enums import BackupState
from db.queries import backups as queries
from db.queries.backups import BackupRow
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.clock import Clock
from services.settings import values_by_preset

__all__ = ["BackupFailure", "BackupLog", "BackupProblem", "BackupRow", "BackupService", "BackupView", "view"]

NIGHT = time(2, 30)
"""When a back-up becomes due, in the zone of the oldest school: nobody works, and the jobs of 3:15 wait."""
RETRY = timedelta(hours=1)
"""From a back-up that failed, or went down with its process, to the next try."""
GRACE = timedelta(days=1)
"""One night may fail before the administrator has to look."""
TRIAL_EVERY = timedelta(days=7)
"""How often a back-up is restored for a trial where the bot may read it."""
TRIAL_AT_LEAST = timedelta(days=31)
"""As often as O1 wants a back-up, somebody tries whether it can be restored."""


class BackupFailure(StrEnum):
    """Why a back-up was not made."""

    DISK_FULL = "disk_full"
    FOLDER = "folder"
    """Its folder cannot be written."""
    PROGRAM = "program"
    """pg_dump gave up."""
    INTERRUPTED = "interrupted"


class BackupProblem(StrEnum):
    """What the administrator has to see to."""

    NEVER = "never"
    OLD = "old"
    FAILED = "failed"
    NOT_COPIED = "not_copied"
    LOST_FILES = "lost_files"
    UNSOUND = "unsound"
    """The last trial showed that it cannot be restored."""
    UNTRIED = "untried"


@dataclass(frozen=True, slots=True)
class BackupView:
    every_days: int
    last_run: BackupRow | None
    last_good: BackupRow | None
    last_trial: BackupRow | None
    problems: tuple[BackupProblem, ...]
    is_due: bool
    is_trial_due: bool
    """`last_good` has not been tried, and the last trial is long ago; who has no key cannot make it."""


async def view(session: Executor, now: datetime) -> BackupView | None:
    """How back-ups are at a moment (aware); None while there is no school."""
    wanted = await queries.wanted(session, values_by_preset("backup_days"))
    if wanted.every_days is None or wanted.timezone is None:
        return None
    last_run = await queries.newest(session, now, *BackupState)
    last_good = await queries.newest(session, now, BackupState.GOOD)
    last_trial = await queries.last_verified(session, now)
    return BackupView(
        wanted.every_days,
        last_run,
        last_good,
        last_trial,
        tuple(_problems(wanted.every_days, last_run, last_good, last_trial, now)),
        _is_due(due_since(now, ZoneInfo(wanted.timezone), wanted.every_days), last_run, last_good, now),
        last_good is not None
        and last_good.verified_at is None
        and (last_trial is None or now - _tried_at(last_trial) >= TRIAL_EVERY),
    )


def due_since(now: datetime, zone: ZoneInfo, every_days: int) -> datetime:
    """A back-up that was begun before this moment is not new enough any more."""
    local = now.astimezone(zone)
    night = local.date() if local.time() >= NIGHT else local.date() - timedelta(days=1)
    first = night - timedelta(days=every_days - 1)
    return datetime.combine(first, NIGHT, zone).astimezone(UTC)


def _is_due(since: datetime, run: BackupRow | None, good: BackupRow | None, now: datetime) -> bool:
    if good is not None and good.started_at >= since:
        return False
    return run is None or run.state is BackupState.GOOD or now - run.started_at >= RETRY


def _problems(
    every_days: int, run: BackupRow | None, good: BackupRow | None, trial: BackupRow | None, now: datetime
) -> Iterator[BackupProblem]:
    if run is not None and run.state is BackupState.FAILED:
        yield BackupProblem.FAILED
    if good is None:
        yield BackupProblem.NEVER
        return
    if now - good.started_at > timedelta(days=every_days) + GRACE:
        yield BackupProblem.OLD
    if good.is_copied is False:
        yield BackupProblem.NOT_COPIED
    if good.lost_files:
        yield BackupProblem.LOST_FILES
    if trial is not None and trial.is_sound is False:
        yield BackupProblem.UNSOUND
    elif trial is None or now - _tried_at(trial) > TRIAL_AT_LEAST:
        yield BackupProblem.UNTRIED


def _tried_at(trial: BackupRow) -> datetime:
    assert trial.verified_at is not None, "chosen for it"
    return trial.verified_at


class BackupService:
    """For the administrator's chat (O2)."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def view(self, *, actor: Actor) -> BackupView:
        """By the rules of the actor's school. Raises NotFound."""
        check(actor, Permission.SEE_BACKUPS, SchoolSubject(actor.school_id))
        async with self._db.transaction() as session:
            found = await view(session, self._clock.now())
        assert found is not None, "the actor's school is there"
        return found


class BackupLog:
    """For whoever makes back-ups and tries them."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def view(self) -> BackupView | None:
        """By the rules of the strictest school; None while there is no school."""
        async with self._db.transaction() as session:
            return await view(session, self._clock.now())

    async def begun(self) -> int:
        """A run's id. Only for whoever holds the lock of back-ups."""
        async with self._db.transaction() as session:
            return await queries.begin(session, self._clock.now(), BackupFailure.INTERRUPTED)

    async def failed(self, backup_id: int, problem: BackupFailure) -> None:
        async with self._db.transaction() as session:
            await queries.finish(
                session, backup_id, BackupState.FAILED, finished_at=self._clock.now(), problem=problem
            )

    async def made(
        self, backup_id: int, *, file: str, size: int, lost_files: int, is_copied: bool | None
    ) -> None:
        """`is_copied`: into the second folder; None when there is none."""
        async with self._db.transaction() as session:
            await queries.finish(
                session,
                backup_id,
                BackupState.GOOD,
                finished_at=self._clock.now(),
                file=file,
                size=size,
                lost_files=lost_files,
                is_copied=is_copied,
            )

    async def tried(self, file: str, *, is_sound: bool) -> None:
        async with self._db.transaction() as session:
            await queries.record_trial(session, file, now=self._clock.now(), is_sound=is_sound)
