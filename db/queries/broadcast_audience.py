"""Whom a broadcast may be for, and who of them is reached."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BindingState, Sex
from db.models import Binding, Enrolment, Group, Person
from db.queries.access import consented
from db.queries.broadcast_release import audience, people_of
from db.queries.broadcasts import Composed
from db.queries.periods import in_force


@dataclass(frozen=True, slots=True)
class OfferedGroup:
    group_id: int
    name: str
    grade: int


@dataclass(frozen=True, slots=True)
class OfferedPupil:
    pupil_id: int
    last_name: str
    first_name: str
    middle_name: str
    number: int | None


@dataclass(frozen=True, slots=True)
class AudiencePupil:
    """A pupil of the audience today."""

    pupil_id: int
    last_name: str
    first_name: str
    sex: Sex | None
    group_ids: frozenset[int]
    group: str
    reached: bool
    """At least one person of the family is in the bot, with a consent, and has not blocked it."""


async def groups(
    session: AsyncSession, school_id: int, group_ids: Collection[int] | None, today: date
) -> list[OfferedGroup]:
    """The classes with pupils today, lower grades first; of these ids, or (None) all of the school."""
    has_pupils = exists().where(Enrolment.group_id == Group.id, in_force(Enrolment, today))
    query = select(Group.id, Group.name, Group.grade).where(Group.school_id == school_id, has_pupils)
    if group_ids is not None:
        query = query.where(Group.id.in_(group_ids))
    rows = await session.execute(query.order_by(Group.grade, Group.name, Group.id))
    return [OfferedGroup(*row) for row in rows]


async def pupils_of_group(session: AsyncSession, group_id: int, today: date) -> list[OfferedPupil]:
    """By name."""
    rows = await session.execute(
        select(Person.id, Person.last_name, Person.first_name, Person.middle_name, Enrolment.number)
        .join(Enrolment, Enrolment.pupil_id == Person.id)
        .where(Enrolment.group_id == group_id, in_force(Enrolment, today))
        .order_by(Person.sort_key, Person.id)
    )
    return [OfferedPupil(*row) for row in rows]


def _reached(composed: Composed, today: date) -> Select[*tuple[Any, ...]]:
    """(pupil_id, person_id, reached) of everybody who would be told; a pupil of whom nobody would, once."""
    pupils = audience(composed.audience, composed.school_id, composed.broadcast_id, today)
    people = people_of(pupils, pupils_too=composed.pupils_too, today=today).subquery("people")
    has_account = exists().where(
        Binding.person_id == people.c.person_id,
        Binding.state == BindingState.ACTIVE,
        Binding.blocked_at.is_(None),
    )
    reached = and_(has_account, consented(people.c.person_id, people.c.pupil_id))
    return select(people.c.pupil_id, people.c.person_id, reached.label("reached"))


async def count_people(session: AsyncSession, composed: Composed, today: date) -> int:
    """How many people would get a message."""
    rows = _reached(composed, today).subquery("rows")
    query = select(func.count(rows.c.person_id.distinct())).where(rows.c.reached)
    return (await session.execute(query)).scalar_one()


async def pupils(session: AsyncSession, composed: Composed, today: date) -> list[AudiencePupil]:
    """Everybody whom it is about, by class and name."""
    rows = _reached(composed, today).subquery("rows")
    families = (
        select(rows.c.pupil_id, func.bool_or(rows.c.reached).label("reached"))
        .group_by(rows.c.pupil_id)
        .subquery("families")
    )
    found = await session.execute(
        select(
            Person.id.label("pupil_id"),
            Person.last_name,
            Person.first_name,
            Person.sex,
            func.array_agg(Enrolment.group_id).label("group_ids"),
            func.min(Group.name).label("group"),
            families.c.reached,
        )
        .join(families, families.c.pupil_id == Person.id)
        .join(Enrolment, and_(Enrolment.pupil_id == Person.id, in_force(Enrolment, today)))
        .join(Group, Group.id == Enrolment.group_id)
        .group_by(Person.id, families.c.reached)
        .order_by(func.min(Group.grade), func.min(Group.name), Person.sort_key, Person.id)
    )
    return [AudiencePupil(**{**row, "group_ids": frozenset(row["group_ids"])}) for row in found.mappings()]
