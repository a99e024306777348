"""Reports of a compromise, and what was done in the name of the person (U5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BindingState
from db.models import AuditEntry, Binding, CompromiseReport, Person, School
from db.queries.access_notices import ReportedCompromise, reports


@dataclass(frozen=True, slots=True)
class Operation:
    """A line of the history; `at` is aware. `pupil` is empty when the line is about no single pupil."""

    at: datetime
    action: str
    pupil: str


async def freeze(session: AsyncSession, person_id: int, now: datetime) -> list[int]:
    """Active accounts stop working; waiting ones will never be let in. Ids of both."""
    ended: list[int] = []
    for before, after in (
        (BindingState.ACTIVE, {"state": BindingState.FROZEN}),
        (BindingState.PENDING, {"state": BindingState.REVOKED, "ended_at": now}),
    ):
        query = update(Binding).where(Binding.person_id == person_id, Binding.state == before)
        ended += (await session.execute(query.values(after).returning(Binding.id))).scalars()
    return ended


async def recent(session: AsyncSession, school_id: int, limit: int) -> list[ReportedCompromise]:
    """The newest reports first."""
    query = reports().where(CompromiseReport.school_id == school_id)
    rows = await session.execute(query.order_by(CompromiseReport.id.desc()).limit(limit))
    return [ReportedCompromise(*row) for row in rows]


async def zone_of(session: AsyncSession, school_id: int) -> ZoneInfo:
    query = select(School.timezone).where(School.id == school_id)
    return ZoneInfo((await session.execute(query)).scalar_one())


async def unreceived(session: AsyncSession, person_id: int) -> CompromiseReport | None:
    """The newest report about a person that the director has not received yet."""
    query = (
        select(CompromiseReport)
        .where(CompromiseReport.person_id == person_id, CompromiseReport.received_at.is_(None))
        .order_by(CompromiseReport.id.desc())
        .limit(1)
        .with_for_update()
    )
    return (await session.execute(query)).scalar_one_or_none()


async def receive(session: AsyncSession, report_id: int, by: int, now: datetime) -> bool:
    """False: it was received before."""
    query = (
        update(CompromiseReport)
        .where(CompromiseReport.id == report_id, CompromiseReport.received_at.is_(None))
        .values(received_at=now, received_by=by)
        .returning(CompromiseReport.id)
    )
    return (await session.execute(query)).scalar_one_or_none() is not None


async def operations(
    session: AsyncSession, person_id: int, since: datetime, limit: int
) -> tuple[list[Operation], int]:
    """What the person's accounts changed from a moment on, the newest first; and how much there is in all."""
    pupil = (
        select(func.concat_ws(" ", Person.last_name, Person.first_name))
        .where(Person.id == AuditEntry.pupil_id)
        .scalar_subquery()
    )
    done = (AuditEntry.person_id == person_id) & (AuditEntry.at >= since)
    query = (
        select(AuditEntry.at, AuditEntry.action, func.coalesce(pupil, ""))
        .where(done)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(limit)
    )
    rows = [Operation(*row) for row in await session.execute(query)]
    return rows, (await session.execute(select(func.count()).where(done))).scalar_one()
