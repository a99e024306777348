"""What is measured of a whole deployment, school by school: one statement for each figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, column, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from db.engine import Executor
from db.enums import BindingState, InboxState, JobState, OutboxState
from db.models import Binding, InboxUpdate, JobRun, OutboxMessage, School


@dataclass(frozen=True, slots=True)
class DueMessages:
    school_id: int
    messages: int
    oldest: datetime
    """When the one should have left that waits longest."""


@dataclass(frozen=True, slots=True)
class WaitingUpdates:
    updates: int
    oldest: datetime | None
    """When the one came that waits longest."""


@dataclass(frozen=True, slots=True)
class Accounts:
    school_id: int
    active: int
    blocked: int
    """Those of the active ones whose person has blocked the bot."""


@dataclass(frozen=True, slots=True)
class NewestRun:
    """Of a job for a school; without a slot it has not run yet."""

    school_id: int
    timezone: str
    job: str
    slot: datetime | None
    state: JobState | None
    finished_at: datetime | None


async def due_messages(session: Executor, now: datetime) -> Sequence[DueMessages]:
    """Of the schools for which something is due."""
    rows = await session.execute(
        select(OutboxMessage.school_id, func.count(), func.min(OutboxMessage.not_before))
        .where(OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.not_before <= now)
        .group_by(OutboxMessage.school_id)
    )
    return [DueMessages(*row) for row in rows]


async def waiting_updates(session: Executor) -> WaitingUpdates:
    rows = await session.execute(
        select(func.count(), func.min(InboxUpdate.received_at)).where(InboxUpdate.state == InboxState.NEW)
    )
    return WaitingUpdates(*rows.one())


async def accounts(session: Executor) -> Sequence[Accounts]:
    rows = await session.execute(
        select(Binding.school_id, func.count(), func.count().filter(Binding.blocked_at.is_not(None)))
        .where(Binding.state == BindingState.ACTIVE)
        .group_by(Binding.school_id)
    )
    return [Accounts(*row) for row in rows]


async def newest_runs(session: Executor, jobs: Sequence[str]) -> Sequence[NewestRun]:
    """For every school and each of `jobs`."""
    job = func.unnest(literal(list(jobs), ARRAY(Text))).table_valued(column("name", Text), name="wanted")
    newest = (
        select(JobRun.slot, JobRun.state, JobRun.finished_at)
        .where(JobRun.school_id == School.id, JobRun.job == job.c.name)
        .order_by(JobRun.slot.desc())
        .limit(1)
        .correlate(School, job)
        .lateral("newest")
    )
    rows = await session.execute(
        select(School.id, School.timezone, job.c.name, newest.c.slot, newest.c.state, newest.c.finished_at)
        .select_from(School)
        .join(job, true())
        .outerjoin(newest, true())
    )
    return [NewestRun(*row) for row in rows]
