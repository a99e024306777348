"""A pupil's marks of a term by subject, as the family may know them (U6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import FinalKind, MarkValue
from db.models import Course, FinalMark, Lesson, Subject, Work, WorkKind
from db.queries.diary import known_marks, own_lessons


class SubjectRow(NamedTuple):
    """A subject, with the course of it that the pupil is in, or was last."""

    subject_id: int
    subject: str
    course_id: int


@dataclass(frozen=True, slots=True)
class LessonCount:
    of: SubjectRow
    passed: int
    """Lessons that are over."""
    left: int


@dataclass(frozen=True, slots=True)
class KnownMark:
    of: SubjectRow
    day: date
    """Of the lesson."""
    kind: str
    """Of the work, in full."""
    short_kind: str
    title: str
    weight: Decimal
    value: MarkValue
    comment: str
    due_on: date | None
    """Of a debt."""


@dataclass(frozen=True, slots=True)
class KnownFinal:
    of: SubjectRow
    kind: FinalKind
    term_id: int | None
    value: MarkValue


async def lesson_counts(
    session: AsyncSession, school_id: int, pupil_id: int, first: date, last: date, *, now: datetime
) -> list[LessonCount]:
    """How many lessons of each subject the pupil has had in these days, and will have; by subject."""
    own = own_lessons(school_id, pupil_id, first, last)
    latest = func.array_agg(aggregate_order_by(Course.id, own.c.date.desc(), Course.id))
    over = own.c.ends_at <= now
    statement: Select[*tuple[Any, ...]] = (
        select(
            Subject.id,
            Subject.name,
            latest[1],
            func.count().filter(over),
            func.count().filter(~over),
        )
        .select_from(own)
        .join(Course, Course.id == own.c.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .group_by(Subject.id)
        .order_by(Subject.name)
    )
    return [LessonCount(SubjectRow(*row[:3]), *row[3:]) for row in await session.execute(statement)]


async def marks(
    session: AsyncSession, pupil_id: int, first: date, last: date, *, now: datetime, undo: timedelta
) -> list[KnownMark]:
    """In the order of lessons."""
    known = known_marks(pupil_id, first, last, now=now, undo=undo)
    statement: Select[*tuple[Any, ...]] = (
        select(
            *(Subject.id, Subject.name, Course.id),
            *(Lesson.date, WorkKind.name, WorkKind.short_name, Work.title, Work.weight),
            *(known.c.value, known.c.comment, known.c.due_on),
        )
        .select_from(known)
        .join(Work, Work.id == known.c.work_id)
        .join(WorkKind, WorkKind.id == Work.kind_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .order_by(Lesson.date, Lesson.number, Work.position)
    )
    return [_mark(*row) for row in await session.execute(statement)]


def _mark(
    subject_id: int,
    subject: str,
    course_id: int,
    day: date,
    kind: str,
    short_kind: str,
    title: str,
    weight: Decimal,
    value: str,
    comment: str,
    due_on: str | None,
) -> KnownMark:
    due = None if due_on is None else date.fromisoformat(due_on)
    of = SubjectRow(subject_id, subject, course_id)
    return KnownMark(of, day, kind, short_kind, title, weight, MarkValue(value), comment, due)


async def finals(
    session: AsyncSession, pupil_id: int, year_id: int, *, set_until: datetime
) -> list[KnownFinal]:
    """Final marks of a year that have stood since `set_until`."""
    rows = await session.execute(
        select(
            *(FinalMark.subject_id, Subject.name, FinalMark.course_id),
            *(FinalMark.kind, FinalMark.term_id, FinalMark.value),
        )
        .join(Subject, Subject.id == FinalMark.subject_id)
        .where(FinalMark.pupil_id == pupil_id, FinalMark.year_id == year_id, FinalMark.set_at <= set_until)
    )
    return [KnownFinal(SubjectRow(*row[:3]), *row[3:]) for row in rows]


class ControlWork(NamedTuple):
    short_name: str
    weight: Decimal


async def control_work(session: AsyncSession, school_id: int) -> ControlWork | None:
    """The institution's control work as such, else the heaviest kind of work that is one."""
    rows = await session.execute(
        select(WorkKind.short_name, WorkKind.weight)
        .where(WorkKind.school_id == school_id, WorkKind.is_control)
        .order_by((WorkKind.code == "control").desc(), WorkKind.weight.desc(), WorkKind.position)
        .limit(1)
    )
    row = rows.one_or_none()
    return None if row is None else ControlWork(*row)
