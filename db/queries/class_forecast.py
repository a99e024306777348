"""A class's marks of a term, summed up for every pupil and subject in two statements (J12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Text, case, cast, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import (
    Course,
    CourseGroup,
    Enrolment,
    Group,
    Lesson,
    Mark,
    SchoolYear,
    SubgroupMember,
    Subject,
    Work,
)
from db.queries.course_lessons import standing_lessons
from db.queries.periods import in_force
from db.queries.pupil_year import TermRow, term_rows, terms_of

NUMBERS = ("5", "4", "3", "2")
"""The marks that count."""


@dataclass(frozen=True, slots=True)
class GroupTerms:
    name: str
    grade: int
    year_id: int
    terms: tuple[TermRow, ...]


@dataclass(frozen=True, slots=True)
class PupilLessons:
    pupil_id: int
    subject_id: int
    subject: str
    passed: int
    """Lessons that are over."""
    left: int


@dataclass(frozen=True, slots=True)
class PupilSums:
    """Marks that count, by weight, or each as one when `weighted` was not asked for."""

    pupil_id: int
    subject_id: int
    count: int
    weight: Decimal
    total: Decimal
    squares: Decimal


async def group_terms(session: AsyncSession, school_id: int, group_id: int) -> GroupTerms | None:
    """A class with the terms of its grade."""
    rows = await session.execute(
        select(Group.name, Group.grade, Group.year_id, terms_of(Group.grade, SchoolYear.id))
        .join(SchoolYear, SchoolYear.id == Group.year_id)
        .where(Group.id == group_id, Group.school_id == school_id)
    )
    row = rows.one_or_none()
    return None if row is None else GroupTerms(row[0], row[1], row[2], term_rows(row[3]))


async def lessons(
    session: AsyncSession,
    school_id: int,
    group_id: int,
    first: date,
    last: date,
    *,
    now: datetime,
    today: date,
) -> list[PupilLessons]:
    """How many lessons of these days the pupils of today have had, and will have; by subject."""
    of_group = select(CourseGroup.course_id).where(CourseGroup.group_id == group_id)
    found = standing_lessons(school_id, of_group, first, last)
    over = found.c.ends_at <= now
    by_course = (
        select(
            found.c.course_id,
            func.count().filter(over).label("passed"),
            func.count().filter(~over).label("left"),
        )
        .group_by(found.c.course_id)
        .cte("by_course")
    )
    members = select(SubgroupMember.course_id).where(
        SubgroupMember.pupil_id == Enrolment.pupil_id,
        SubgroupMember.course_id == Course.id,
        in_force(SubgroupMember, today),
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            Enrolment.pupil_id,
            Subject.id,
            Subject.name,
            cast(func.sum(by_course.c.passed), Integer),
            cast(func.sum(by_course.c.left), Integer),
        )
        .select_from(by_course)
        .join(Course, Course.id == by_course.c.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .join(Enrolment, Enrolment.group_id == group_id)
        .where(
            in_force(Enrolment, today),
            or_(Course.subgroup.is_(None), members.correlate(Enrolment, Course).exists()),
        )
        .group_by(Enrolment.pupil_id, Subject.id)
        .order_by(Subject.name, Enrolment.pupil_id)
    )
    return [PupilLessons(*row) for row in await session.execute(statement)]


async def sums(
    session: AsyncSession, group_id: int, first: date, last: date, *, today: date, weight: Any
) -> list[PupilSums]:
    """Of the pupils of today, from whichever courses their marks of these days are (S2, S6). `weight`: of a
    mark, as `WEIGHTED` or `PLAIN`."""
    value = cast(case((cast(Mark.value, Text).in_(NUMBERS), cast(Mark.value, Text))), Integer)
    pupils = select(Enrolment.pupil_id).where(Enrolment.group_id == group_id, in_force(Enrolment, today))
    statement: Select[*tuple[Any, ...]] = (
        select(
            Mark.pupil_id,
            Course.subject_id,
            func.count(),
            func.sum(weight),
            func.sum(weight * value),
            func.sum(weight * value * value),
        )
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(Mark.pupil_id.in_(pupils), Lesson.date.between(first, last), value.is_not(None))
        .group_by(Mark.pupil_id, Course.subject_id)
    )
    return [
        PupilSums(*row[:3], *(Decimal(number) for number in row[3:]))
        for row in await session.execute(statement)
    ]


WEIGHTED: ColumnElement[Any] = Work.weight.expression
PLAIN: ColumnElement[Any] = literal(Decimal(1))
