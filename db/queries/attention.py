"""What went wrong in a school since a moment, counted: for the daily note to its administrator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BindingState, InboxState, JobState, OutboxState
from db.models import Binding, InboxUpdate, JobRun, OutboxMessage, Person, School
from db.queries.names import full_name


class Unsent(NamedTuple):
    addressee: str
    phone: str | None
    """E.164."""
    kind: str
    about_pupil: bool
    posted_at: datetime
    """For the last time."""


class Blocked(NamedTuple):
    newly: int
    """Since the moment."""
    in_all: int
    accounts: int
    """All that are connected."""


class Jobs(NamedTuple):
    failed: int
    late: int


_posted_at = func.greatest(OutboxMessage.created_at, OutboxMessage.not_before)
"""A living message may be posted again long after it was made."""


def _failed_since(school_id: int, since: datetime) -> ColumnElement[bool]:
    """What stands in the chat and could only not be edited has reached its reader."""
    return and_(
        OutboxMessage.school_id == school_id,
        OutboxMessage.state == OutboxState.FAILED,
        OutboxMessage.external_ref.is_(None),
        _posted_at > since,
    )


async def failed_messages(session: AsyncSession, school_id: int, since: datetime) -> int:
    failed = select(func.count()).where(_failed_since(school_id, since))
    return (await session.scalars(failed)).one()


async def unsent(session: AsyncSession, school_id: int, since: datetime, limit: int) -> Sequence[Unsent]:
    """The messages of `failed_messages`, the newest first."""
    rows = await session.execute(
        select(
            full_name(Person),
            Person.phone,
            OutboxMessage.kind,
            OutboxMessage.pupil_id.is_not(None),
            _posted_at,
        )
        .join(Binding, Binding.id == OutboxMessage.binding_id)
        .join(Person, Person.id == Binding.person_id)
        .where(_failed_since(school_id, since))
        .order_by(_posted_at.desc(), OutboxMessage.id.desc())
        .limit(limit)
    )
    return [Unsent(*row) for row in rows]


async def blocked(session: AsyncSession, school_id: int, since: datetime) -> Blocked:
    counted = await session.execute(
        select(
            func.count().filter(Binding.blocked_at > since),
            func.count().filter(Binding.blocked_at.is_not(None)),
            func.count(),
        ).where(Binding.school_id == school_id, Binding.state == BindingState.ACTIVE)
    )
    return Blocked(*counted.one())


async def jobs(session: AsyncSession, school_id: int, since: datetime, tolerance: timedelta) -> Jobs:
    """Kinds of jobs with a slot since the moment that failed, or that was done so much too late."""
    failed = JobRun.state == JobState.FAILED
    late = and_(JobRun.state == JobState.DONE, JobRun.finished_at - JobRun.slot > tolerance)
    counted = await session.execute(
        select(
            func.count(JobRun.job.distinct()).filter(failed), func.count(JobRun.job.distinct()).filter(late)
        ).where(JobRun.school_id == school_id, JobRun.slot > since, or_(failed, late))
    )
    return Jobs(*counted.one())


async def failed_updates(session: AsyncSession, school_id: int, since: datetime) -> int:
    """Those that were given up with an apology to their sender."""
    failed = select(func.count()).where(
        InboxUpdate.school_id == school_id,
        InboxUpdate.state == InboxState.FAILED,
        InboxUpdate.done_at > since,
    )
    return (await session.scalars(failed)).one()


async def is_one_of_several(session: AsyncSession) -> bool:
    """Whether there is more than one school."""
    return bool(await session.scalar(select(exists(select(School.id).offset(1)))))
