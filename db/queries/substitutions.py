"""Substitutions of single lessons (S5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Result, Row, and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Bundle, aliased

from db.enums import StaffRole
from db.models import (
    Course,
    CourseTeacher,
    Lesson,
    Person,
    School,
    StaffAppointment,
    Subject,
    Substitution,
    Term,
)
from db.queries.derived import derived_lessons
from db.queries.names import Colleague, colleague_columns
from db.queries.periods import in_force
from db.queries.timetable import LessonRow, group_names

MAY_SUBSTITUTE = (StaffRole.TEACHER, StaffRole.DEPUTY)


@dataclass(frozen=True, slots=True)
class SubstitutionRow:
    """One lesson, who does not give it and who does; `starts_at` is aware."""

    substitution_id: int
    lesson_id: int
    date: date
    number: int
    starts_at: datetime
    subject: str
    groups: str
    subgroup: str | None
    rooms: list[str]
    absent: Colleague
    substitute: Colleague
    accepted_at: datetime | None
    revoked_at: datetime | None


async def lock(session: AsyncSession, school_id: int) -> None:
    """Whoever enters substitutions in a school does it one after the other, so that nobody is sent to two
    lessons at once."""
    await session.execute(select(School.id).where(School.id == school_id).with_for_update(key_share=True))


async def _rows(session: AsyncSession, school_id: int, *wanted: Any) -> list[SubstitutionRow]:
    absent, substitute = aliased(Person), aliased(Person)
    rows: Result[Any] = await session.execute(
        select(
            Substitution.id.label("substitution_id"),
            Lesson.id.label("lesson_id"),
            Lesson.date,
            Lesson.number,
            Lesson.starts_at,
            Subject.name.label("subject"),
            group_names(Course.id).label("groups"),
            Course.subgroup,
            Lesson.rooms,
            Bundle("absent", *colleague_columns(absent)),
            Bundle("substitute", *colleague_columns(substitute)),
            Substitution.accepted_at,
            Substitution.revoked_at,
        )
        .join(
            Lesson,
            and_(
                Lesson.course_id == Substitution.course_id,
                Lesson.date == Substitution.date,
                Lesson.number == Substitution.number,
            ),
        )
        .join(Course, Course.id == Substitution.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .join(absent, absent.id == Substitution.absent_teacher_id)
        .join(substitute, substitute.id == Substitution.substitute_id)
        .where(Substitution.school_id == school_id, *wanted)
        .order_by(Lesson.starts_at, Lesson.number, group_names(Course.id), Substitution.id)
    )
    return [_row(row) for row in rows]


def _row(row: Row[Any]) -> SubstitutionRow:
    values = dict(row._mapping)
    people = {name: Colleague(*values[name]) for name in ("absent", "substitute")}
    return SubstitutionRow(**(values | people))


async def substitution(session: AsyncSession, school_id: int, substitution_id: int) -> SubstitutionRow | None:
    """One of the school, also when it was revoked."""
    rows = await _rows(session, school_id, Substitution.id == substitution_id)
    return rows[0] if rows else None


async def between(session: AsyncSession, school_id: int, first: date, last: date) -> list[SubstitutionRow]:
    """Those in force from `first` to `last`, both counted."""
    in_period = Substitution.date.between(first, last)
    return await _rows(session, school_id, in_period, Substitution.revoked_at.is_(None))


async def of_substitute(
    session: AsyncSession, school_id: int, substitute_id: int, day: date
) -> list[SubstitutionRow]:
    """What a person gives for others on a day, and what was taken back from them."""
    return await _rows(
        session, school_id, Substitution.substitute_id == substitute_id, Substitution.date == day
    )


async def teachers(session: AsyncSession, school_id: int, day: date, named: str) -> list[Colleague]:
    """Everybody with a load on `day` whose name holds `named` (ё is е), by name."""
    wanted = Person.sort_key.contains(named.lower().replace("ё", "е"), autoescape=True)
    loaded = select(CourseTeacher.teacher_id).where(
        CourseTeacher.school_id == school_id, in_force(CourseTeacher, day)
    )
    rows = await session.execute(
        select(*colleague_columns(Person))
        .where(Person.id.in_(loaded), wanted)
        .order_by(Person.sort_key, Person.id)
    )
    return [Colleague(*row) for row in rows]


async def colleagues(
    session: AsyncSession, school_id: int, person_ids: Collection[int]
) -> dict[int, Colleague]:
    rows = await session.execute(
        select(*colleague_columns(Person)).where(Person.school_id == school_id, Person.id.in_(person_ids))
    )
    return {row[0]: Colleague(*row) for row in rows}


@dataclass(frozen=True, slots=True)
class FreeTeacher:
    """Somebody who has nothing else at the time of a lesson."""

    lesson_id: int
    colleague: Colleague
    same_subject: bool


async def free(
    session: AsyncSession, school_id: int, lessons: Sequence[LessonRow], *, but: int
) -> list[FreeTeacher]:
    """Who could give each of these lessons instead of `but`: first those of the same subject, then by name.

    Left out is whoever has a lesson at that time, also one that somebody else gives, or a substitution.
    """
    if not lessons:
        return []
    days = [lesson.date for lesson in lessons]
    lesson_ids = [lesson.lesson_id for lesson in lessons]
    derived = derived_lessons(school_id, min(days), max(days))
    given = and_(
        Substitution.course_id == derived.c.course_id,
        Substitution.date == derived.c.date,
        Substitution.number == derived.c.number,
        Substitution.revoked_at.is_(None),
    )
    meanwhile = and_(
        derived.c.date == Lesson.date,
        derived.c.starts_at < Lesson.ends_at,
        derived.c.ends_at > Lesson.starts_at,
        or_(derived.c.course_id != Lesson.course_id, derived.c.number != Lesson.number),
    )
    wanted = Lesson.id.in_(lesson_ids)
    own = select(Lesson.id.label("lesson_id"), derived.c.teacher_id.label("person_id"))
    for_others = select(Lesson.id, Substitution.substitute_id).join(derived, meanwhile)
    busy = (
        own.join(derived, meanwhile)
        .where(wanted)
        .union(for_others.join(Substitution, given).where(wanted))
        .cte("busy")
    )
    day: Any = Lesson.date
    employed = exists().where(
        StaffAppointment.school_id == school_id,
        StaffAppointment.person_id == Person.id,
        StaffAppointment.role.in_(MAY_SUBSTITUTE),
        in_force(StaffAppointment, day),
    )
    taught = aliased(Course)
    same_subject = exists(
        select(CourseTeacher.id)
        .join(taught, taught.id == CourseTeacher.course_id)
        .where(
            CourseTeacher.teacher_id == Person.id,
            taught.subject_id == Course.subject_id,
            in_force(CourseTeacher, day),
        )
        .correlate(Course, Lesson, Person)
    ).label("same_subject")
    rows = await session.execute(
        select(Lesson.id, *colleague_columns(Person), same_subject)
        .join(Course, Course.id == Lesson.course_id)
        .join(Person, and_(Person.school_id == Lesson.school_id, Person.id != but))
        .where(
            wanted,
            Person.id != Lesson.teacher_id,
            employed,
            ~exists().where(busy.c.lesson_id == Lesson.id, busy.c.person_id == Person.id),
        )
        .order_by(same_subject.desc(), Person.sort_key, Person.id)
    )
    return [FreeTeacher(row[0], Colleague(*row[1:5]), row[5]) for row in rows]


async def revoke(
    session: AsyncSession, school_id: int, lesson_ids: Iterable[int], now: datetime
) -> list[int]:
    """End the substitutions in force for these lessons; whose they were is in their rows."""
    ended = await session.scalars(
        update(Substitution)
        .where(
            Substitution.school_id == school_id,
            Substitution.revoked_at.is_(None),
            Lesson.course_id == Substitution.course_id,
            Lesson.date == Substitution.date,
            Lesson.number == Substitution.number,
            Lesson.id.in_(lesson_ids),
        )
        .values(revoked_at=now)
        .returning(Substitution.id)
    )
    return list(ended)


async def enter(
    session: AsyncSession, lesson: LessonRow, *, school_id: int, substitute_id: int, by: int, now: datetime
) -> int:
    entered = await session.scalars(
        insert(Substitution)
        .values(
            school_id=school_id,
            course_id=lesson.course_id,
            date=lesson.date,
            number=lesson.number,
            absent_teacher_id=lesson.teacher_id,
            substitute_id=substitute_id,
            entered_by=by,
            entered_at=now,
        )
        .returning(Substitution.id)
    )
    return entered.one()


async def accept(
    session: AsyncSession, school_id: int, substitute_id: int, day: date, now: datetime
) -> list[int]:
    """The substitute has read of them; those that were not accepted yet."""
    accepted = await session.scalars(
        update(Substitution)
        .where(
            Substitution.school_id == school_id,
            Substitution.substitute_id == substitute_id,
            Substitution.date == day,
            Substitution.revoked_at.is_(None),
            Substitution.accepted_at.is_(None),
        )
        .values(accepted_at=now)
        .returning(Substitution.id)
    )
    return list(accepted)


async def term_of(session: AsyncSession, school_id: int, day: date) -> tuple[date, date] | None:
    """The term that `day` is in, or the last one before it; of several the shortest."""
    row = await session.execute(
        select(Term.starts_on, func.min(Term.ends_on))
        .where(Term.school_id == school_id, Term.starts_on <= day)
        .group_by(Term.starts_on)
        .order_by(Term.starts_on.desc())
        .limit(1)
    )
    found = row.one_or_none()
    return None if found is None else (found[0], found[1])


async def next_term(session: AsyncSession, school_id: int, day: date) -> date | None:
    """The first day of the term that begins after `day`."""
    return await session.scalar(
        select(func.min(Term.starts_on)).where(Term.school_id == school_id, Term.starts_on > day)
    )
