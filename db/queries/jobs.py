"""The ledger of scheduled jobs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Text, and_, column, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Executor
from db.enums import JobState
from db.models import JobRun

_MOMENT = DateTime(timezone=True)


@dataclass(frozen=True, slots=True)
class LastRun:
    job: str
    slot: datetime
    state: JobState
    finished_at: datetime | None
    error: str | None


class Slot(NamedTuple):
    """When a job of a school is due."""

    school_id: int
    job: str
    at: datetime
    """Aware, UTC."""


async def done(session: Executor, slots: Collection[Slot]) -> set[Slot]:
    """Those of the slots that somebody has done."""
    schools, jobs, moments = zip(*slots, strict=True)
    wanted = (
        func.unnest(
            literal(schools, ARRAY(BigInteger)), literal(jobs, ARRAY(Text)), literal(moments, ARRAY(_MOMENT))
        )
        .table_valued(column("school_id", BigInteger), column("job", Text), column("slot", _MOMENT))
        .render_derived(name="wanted")
    )
    rows = await session.execute(
        select(JobRun.school_id, JobRun.job, JobRun.slot)
        .join(
            wanted,
            and_(
                JobRun.school_id == wanted.c.school_id,
                JobRun.job == wanted.c.job,
                JobRun.slot == wanted.c.slot,
            ),
        )
        .where(JobRun.state == JobState.DONE)
    )
    return {Slot(*row) for row in rows}


async def claim(
    session: AsyncSession,
    school_id: int,
    job: str,
    slot: datetime,
    *,
    token: UUID,
    now: datetime,
    lease_until: datetime,
    max_attempts: int,
) -> bool:
    """Whether the slot is ours now: nobody had it, or whoever had it died or failed."""
    new = insert(JobRun).values(
        school_id=school_id,
        job=job,
        slot=slot,
        state=JobState.RUNNING,
        claim_token=token,
        lease_until=lease_until,
        attempts=1,
        started_at=now,
    )
    claimed = await session.execute(
        new.on_conflict_do_update(
            index_elements=[JobRun.school_id, JobRun.job, JobRun.slot],
            set_={
                "state": JobState.RUNNING,
                "claim_token": token,
                "lease_until": lease_until,
                "attempts": JobRun.attempts + 1,
                "started_at": now,
            },
            where=and_(
                JobRun.attempts < max_attempts,
                or_(
                    JobRun.state == JobState.FAILED,
                    and_(JobRun.state == JobState.RUNNING, JobRun.lease_until <= now),
                ),
            ),
        ).returning(JobRun.job)
    )
    return claimed.one_or_none() is not None


async def finish(
    session: AsyncSession,
    school_id: int,
    job: str,
    slot: datetime,
    token: UUID,
    *,
    now: datetime,
    error: str | None = None,
) -> bool:
    """Write down how it ended. False: the claim was taken over, so nothing of this run may be committed."""
    finished = await session.execute(
        update(JobRun)
        .where(
            JobRun.school_id == school_id,
            JobRun.job == job,
            JobRun.slot == slot,
            JobRun.claim_token == token,
        )
        .values(
            state=JobState.FAILED if error else JobState.DONE,
            finished_at=now,
            error=error,
        )
        .returning(JobRun.job)
    )
    return finished.one_or_none() is not None


async def last_runs(session: AsyncSession, school_id: int) -> Sequence[LastRun]:
    """The newest slot of every job of a school."""
    rows = await session.execute(
        select(JobRun.job, JobRun.slot, JobRun.state, JobRun.finished_at, JobRun.error)
        .where(JobRun.school_id == school_id)
        .ext(distinct_on(JobRun.job))
        .order_by(JobRun.job, JobRun.slot.desc())
    )
    return [LastRun(*row) for row in rows]


async def purge(session: AsyncSession, school_id: int, before: datetime) -> None:
    """Delete a school's slots of before that moment."""
    await session.execute(delete(JobRun).where(JobRun.school_id == school_id, JobRun.slot < before))
