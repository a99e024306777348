"""What needs the administrator: found once a day, told only when there is something."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import StaffRole
from db.queries import attention as queries
from db.queries import queues
from db.queries.attention import Unsent
from db.queries.invitations import staff_bindings
from db.queries.roster import schools
from db.wall import wall_stands
from services import backups
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.clock import Clock
from services.notifications import daily_note
from services.notifications.daily_note import Concern, Finding
from services.notifications.outbox import post

__all__ = [
    "MEGABYTE",
    "QUEUE_TOLERANCE",
    "Space",
    "Unsent",
    "UnsentMessages",
    "UnsentService",
    "Watchman",
    "is_nearly_full",
    "space_of",
]

QUEUE_TOLERANCE = timedelta(minutes=5)
"""Nothing that is due should wait longer."""
_DAY = timedelta(days=1)
_LATE = timedelta(minutes=15)
_FEW, _SHARE = 3, 0.1
"""Fewer accounts that blocked the bot, or a smaller part of all, are their class teachers' concern."""
_SPACE_BYTES, _SPACE_SHARE = 1 << 30, 0.05
"""A disk with less free than both is nearly full."""
MEGABYTE = 1 << 20
_UNSENT_SHOWN_FOR, _UNSENT_SHOWN = timedelta(days=7), 200


class Space(NamedTuple):
    total: int
    """Bytes."""
    free: int


class UnsentMessages(NamedTuple):
    newest: Sequence[Unsent]
    more: bool
    """Whether older ones are left out."""


class Watchman:
    """`db` shows every school: whether they are kept apart is looked at too. `folder`: where the data is, or
    will be."""

    def __init__(self, db: Database, folder: Path) -> None:
        self._db = db
        self._folder = folder

    async def tell(self, session: AsyncSession, now: datetime) -> None:
        """The job of a day: one message to each administrator of a school of the session, or none."""
        shared = await self._shared(now)
        for school_id, _, timezone in await schools(session):
            findings = [*await _own(session, school_id, now), *shared]
            if findings:
                today = now.astimezone(ZoneInfo(timezone)).date()
                to = await staff_bindings(session, school_id, (StaffRole.ADMINISTRATOR,), today)
                await post(session, [daily_note.message(school_id, one, findings, today, now) for one in to])

    async def _shared(self, now: datetime) -> list[Finding]:
        space = await asyncio.to_thread(space_of, self._folder)
        findings = [Finding(Concern.DISK, space.free // MEGABYTE)] if is_nearly_full(space) else []
        async with self._db.transaction() as session:
            if await queries.is_one_of_several(session) and not await wall_stands(session):
                findings.append(Finding(Concern.WALL))
        return findings


async def _own(session: AsyncSession, school_id: int, now: datetime) -> list[Finding]:
    since = now - _DAY
    findings = []
    if failed := await queries.failed_messages(session, school_id, since):
        findings.append(Finding(Concern.FAILED_MESSAGES, failed))
    if failed := await queries.failed_updates(session, school_id, since):
        findings.append(Finding(Concern.FAILED_UPDATES, failed))
    if given_up := await queues.updates_given_up(session, school_id):
        findings.append(Finding(Concern.GIVEN_UP, given_up))
    # Each school has a bot of its own, or none yet.
    findings += _waiting(Concern.OLD_MESSAGES, await queues.oldest_due_message(session, now, school_id), now)
    findings += _waiting(Concern.OLD_UPDATES, await queues.oldest_waiting_update(session, school_id), now)
    blocked = await queries.blocked(session, school_id, since)
    if blocked.newly and blocked.in_all >= max(_FEW, _SHARE * blocked.accounts):
        findings.append(Finding(Concern.BLOCKED, blocked.in_all, blocked.accounts))
    jobs = await queries.jobs(session, school_id, since, _LATE)
    if jobs.failed:
        findings.append(Finding(Concern.FAILED_JOBS, jobs.failed))
    if jobs.late:
        findings.append(Finding(Concern.LATE_JOBS, jobs.late))
    # By the rules of this school, as the screen of back-ups shows them.
    kept = await backups.view(session, now)
    if kept is not None and kept.problems:
        findings.append(Finding(Concern.BACKUPS, len(kept.problems)))
    return findings


class UnsentService:
    """«Кому не ушло», for the administrator (O2)."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def newest(self, *, actor: Actor) -> UnsentMessages:
        """What could not be sent lately, the newest first. Raises NotFound."""
        check(actor, Permission.SEE_UNSENT, SchoolSubject(actor.school_id))
        since = self._clock.now() - _UNSENT_SHOWN_FOR
        async with self._db.transaction() as session:
            found = await queries.unsent(session, actor.school_id, since, _UNSENT_SHOWN + 1)
        return UnsentMessages(found[:_UNSENT_SHOWN], len(found) > _UNSENT_SHOWN)


def space_of(folder: Path) -> Space:
    """On the disk of a folder that is there, or will be."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    usage = shutil.disk_usage(there)
    return Space(usage.total, usage.free)


def is_nearly_full(space: Space) -> bool:
    return space.free < min(_SPACE_BYTES, _SPACE_SHARE * space.total)


def _waiting(concern: Concern, since: datetime | None, now: datetime) -> Iterator[Finding]:
    if since is not None and now - since > QUEUE_TOLERANCE:
        yield Finding(concern, int((now - since).total_seconds()) // 60)
