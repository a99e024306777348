"""Guardians whose messages a class teacher does not pass on for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.models import Mute, Person
from db.queries.names import Colleague, colleague_columns


@dataclass(frozen=True, slots=True)
class MuteRow:
    mute_id: int
    person: Colleague
    pupil: Colleague
    by: Colleague
    muted_at: datetime
    until: datetime
    reason: str
    lifted_at: datetime | None


def _mutes(school_id: int) -> Select[*tuple[Any, ...]]:
    pupil, by = aliased(Person), aliased(Person)
    return (
        select(
            Mute.id,
            *colleague_columns(Person),
            *colleague_columns(pupil),
            *colleague_columns(by),
            Mute.muted_at,
            Mute.until,
            Mute.reason,
            Mute.lifted_at,
        )
        .join(Person, Person.id == Mute.person_id)
        .join(pupil, pupil.id == Mute.pupil_id)
        .join(by, by.id == Mute.muted_by)
        .where(Mute.school_id == school_id)
    )


def _row(row: Row[Any]) -> MuteRow:
    values: tuple[Any, ...] = tuple(row)
    person, pupil, by = (Colleague(*values[first : first + 4]) for first in (1, 5, 9))
    return MuteRow(values[0], person, pupil, by, *values[13:])


async def mute(session: AsyncSession, school_id: int, mute_id: int) -> MuteRow | None:
    row = (await session.execute(_mutes(school_id).where(Mute.id == mute_id))).one_or_none()
    return None if row is None else _row(row)


async def in_force(
    session: AsyncSession,
    school_id: int,
    now: datetime,
    *,
    person_id: int | None = None,
    pupil_id: int | None = None,
) -> list[MuteRow]:
    """Those of the school, or about one guardian and pupil; the latest end first."""
    query = _mutes(school_id).where(Mute.until > now, Mute.lifted_at.is_(None))
    if person_id is not None:
        query = query.where(Mute.person_id == person_id)
    if pupil_id is not None:
        query = query.where(Mute.pupil_id == pupil_id)
    return [_row(row) for row in await session.execute(query.order_by(Mute.until.desc(), Mute.id))]


async def add(session: AsyncSession, **values: Any) -> int:
    return (await session.scalars(insert(Mute).values(**values).returning(Mute.id))).one()


async def lift(session: AsyncSession, mute_id: int, now: datetime) -> bool:
    """False when it was lifted before."""
    lifted = await session.scalars(
        update(Mute)
        .where(Mute.id == mute_id, Mute.lifted_at.is_(None))
        .values(lifted_at=now)
        .returning(Mute.id)
    )
    return lifted.one_or_none() is not None
