"""What a deputy has opened for corrections (J5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    and_,
    cast,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Course, Lesson, Person, Subject, Term, Unlock
from db.queries.history import PersonName
from db.queries.timetable import group_names

UNLOCKED, RESTORED = "journal.unlocked", "journal.lock_restored"


@dataclass(frozen=True, slots=True)
class Target:
    """What is locked: a lesson, or the final marks of a course for a term (without one: of the year and the
    exam)."""

    lesson_id: int | None = None
    course_id: int | None = None
    term_id: int | None = None

    @property
    def subject(self) -> tuple[str, int]:
        """As the history names it."""
        if self.lesson_id is not None:
            return "lesson", self.lesson_id
        assert self.course_id is not None
        return "course", self.course_id


@dataclass(frozen=True, slots=True)
class Place:
    """A target by its name."""

    target: Target
    subject: str
    groups: str
    subgroup: str | None
    date: date | None
    """Of a lesson."""
    number: int | None
    """Of a lesson."""
    term: str | None


@dataclass(frozen=True, slots=True)
class UnlockRow:
    """Something that is open for corrections, or was; moments are aware."""

    unlock_id: int
    place: Place
    until: datetime
    reason: str
    granted_by: PersonName
    ended_at: datetime | None


def _placed(things: Any) -> Select[*tuple[Any, ...]]:
    """Things with lesson_id, course_id and term_id, and the names of these."""
    return (
        select(
            *things.c,
            Lesson.date,
            Lesson.number,
            Subject.name.label("subject"),
            group_names(Course.id).label("groups"),
            Course.subgroup,
            Term.name.label("term"),
        )
        .select_from(things)
        .outerjoin(Lesson, Lesson.id == things.c.lesson_id)
        .join(Course, Course.id == func.coalesce(things.c.course_id, Lesson.course_id))
        .join(Subject, Subject.id == Course.subject_id)
        .outerjoin(Term, Term.id == things.c.term_id)
    )


def by_somebody(things: Any) -> Select[*tuple[Any, ...]]:
    """The same with the name of `person_id`, in the order of their ids."""
    names = (Person.last_name, Person.first_name, Person.middle_name)
    return (
        _placed(things)
        .add_columns(*names)
        .join(Person, Person.id == things.c.person_id)
        .order_by(things.c.id)
    )


def as_place(row: Row[Any]) -> Place:
    """The place of a row of `by_somebody`."""
    target = Target(row.lesson_id, row.course_id, row.term_id)
    return Place(target, row.subject, row.groups, row.subgroup, row.date, row.number, row.term)


def _unlocks(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    things = (
        select(
            Unlock.id,
            Unlock.lesson_id,
            Unlock.course_id,
            Unlock.term_id,
            Unlock.until,
            Unlock.reason,
            Unlock.granted_by.label("person_id"),
            Unlock.ended_at,
        )
        .where(*conditions)
        .subquery("things")
    )
    return by_somebody(things)


def _unlock(row: Row[Any]) -> UnlockRow:
    granted_by = PersonName(row.last_name, row.first_name, row.middle_name)
    return UnlockRow(row.id, as_place(row), row.until, row.reason, granted_by, row.ended_at)


def _open(target: Target, now: datetime) -> ColumnElement[bool]:
    return and_(
        Unlock.lesson_id.is_not_distinct_from(target.lesson_id),
        Unlock.course_id.is_not_distinct_from(target.course_id),
        Unlock.term_id.is_not_distinct_from(target.term_id),
        Unlock.ended_at.is_(None),
        Unlock.until > now,
    )


async def is_open(session: AsyncSession, target: Target, now: datetime) -> bool:
    return bool(await session.scalar(select(exists().where(_open(target, now)))))


async def open_now(session: AsyncSession, school_id: int, now: datetime) -> list[UnlockRow]:
    """All that is open in the school, what was opened first first."""
    rows = await session.execute(
        _unlocks(Unlock.school_id == school_id, Unlock.ended_at.is_(None), Unlock.until > now)
    )
    return [_unlock(row) for row in rows]


async def unlock(session: AsyncSession, school_id: int, unlock_id: int) -> UnlockRow | None:
    rows = await session.execute(_unlocks(Unlock.school_id == school_id, Unlock.id == unlock_id))
    row = rows.one_or_none()
    return None if row is None else _unlock(row)


async def add(
    session: AsyncSession,
    target: Target,
    *,
    school_id: int,
    until: datetime,
    reason: str,
    actor_id: int,
    now: datetime,
) -> int:
    """Open it until a moment; the id."""
    values = {
        "school_id": school_id,
        "lesson_id": target.lesson_id,
        "course_id": target.course_id,
        "term_id": target.term_id,
        "until": until,
        "reason": reason,
        "granted_by": actor_id,
        "granted_at": now,
    }
    return (await session.execute(insert(Unlock).values(**values).returning(Unlock.id))).scalar_one()


async def end(session: AsyncSession, target: Target, now: datetime) -> list[int]:
    """Close it again; the ids of what ended."""
    ended = update(Unlock).where(_open(target, now)).values(ended_at=now).returning(Unlock.id)
    return list(await session.scalars(ended))


async def place_of(session: AsyncSession, target: Target) -> Place:
    """The name of a target that the caller knows to be there."""
    thing = select(
        cast(target.lesson_id, BigInteger).label("lesson_id"),
        cast(target.course_id, BigInteger).label("course_id"),
        cast(target.term_id, BigInteger).label("term_id"),
    ).subquery("thing")
    row = await session.execute(_placed(thing))
    return as_place(row.one())
