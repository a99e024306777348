"""Plans: their rows, what of them was taught, which comes next (J1, J2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    not_,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import LessonKind
from db.models import Course, CourseGroup, CourseTeacher, Group, Lesson, LessonTopic, PlanTopic, SchoolYear
from db.queries.courses import DEFAULT_VARIANT, CourseRow
from db.queries.derived import derived_lessons
from db.queries.periods import in_force


class Plan(NamedTuple):
    """Which plan: of a subject in a grade, one of several variants."""

    year_id: int
    subject_id: int
    grade: int
    variant: str


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A lesson of a plan."""

    topic_id: int
    number: int
    topic: str
    kind: LessonKind
    homework: str
    of_kind: int
    """Which of its kind it is in the plan: «практическая работа № 2»."""


@dataclass(frozen=True, slots=True)
class TaughtRow:
    """A lesson of a plan, and when a course had it last."""

    row: PlanRow
    taught_on: date | None


@dataclass(frozen=True, slots=True)
class VariantRow:
    variant: str
    rows: int
    topic_id: int
    """Any row of it: the id by which buttons name the variant."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What the timetable gives a course in the year."""

    lessons: int
    due: int
    """Those of them that are over."""


def plan_of(course: CourseRow) -> Plan:
    return Plan(course.year_id, course.subject_id, course.grade, course.plan_variant)


def is_of(plan: Plan) -> ColumnElement[bool]:
    return and_(*(getattr(PlanTopic, name) == value for name, value in plan._asdict().items()))


def _columns() -> tuple[ColumnElement[Any], ...]:
    """The columns of PlanRow, each row seen for itself."""
    same = aliased(PlanTopic)
    of_kind = (
        select(func.count())
        .select_from(same)
        .where(
            same.year_id == PlanTopic.year_id,
            same.subject_id == PlanTopic.subject_id,
            same.grade == PlanTopic.grade,
            same.variant == PlanTopic.variant,
            same.kind == PlanTopic.kind,
            same.number <= PlanTopic.number,
        )
        .correlate(PlanTopic)
        .scalar_subquery()
    )
    return (
        PlanTopic.id.label("topic_id"),
        PlanTopic.number.label("number"),
        PlanTopic.topic.label("topic"),
        PlanTopic.kind.label("kind"),
        PlanTopic.homework.label("homework"),
        of_kind.label("of_kind"),
    )


async def rows(session: AsyncSession, plan: Plan, course_id: int) -> list[TaughtRow]:
    """The plan in its order, with what the course has had of it."""
    taught_on = (
        select(func.max(Lesson.date))
        .join(LessonTopic, LessonTopic.lesson_id == Lesson.id)
        .where(LessonTopic.plan_topic_id == PlanTopic.id, Lesson.course_id == course_id)
        .correlate(PlanTopic)
        .scalar_subquery()
    )
    found = await session.execute(
        select(*_columns(), taught_on.label("taught_on")).where(is_of(plan)).order_by(PlanTopic.number)
    )
    return [TaughtRow(PlanRow(*row[:-1]), row.taught_on) for row in found]


async def row_of(session: AsyncSession, plan: Plan, topic_id: int) -> PlanRow | None:
    """One row, if it is of this plan."""
    return await _row(session, is_of(plan), PlanTopic.id == topic_id)


async def row_behind(session: AsyncSession, lesson_id: int) -> PlanRow | None:
    """The row that the lesson's topic is, of whichever plan."""
    topic = select(LessonTopic.plan_topic_id).where(LessonTopic.lesson_id == lesson_id)
    return await _row(session, PlanTopic.id == topic.scalar_subquery())


async def _row(session: AsyncSession, *conditions: ColumnElement[bool]) -> PlanRow | None:
    one = (await session.execute(select(*_columns()).where(*conditions))).one_or_none()
    return None if one is None else PlanRow(*one)


async def upcoming(
    session: AsyncSession, lesson_ids: Sequence[int], *, limit: int
) -> list[tuple[int, PlanRow]]:
    """What the plan proposes for each of these lessons: the rows after those that its course was taught
    before it, without those taught in other lessons.

    `lesson_ids` are the real lessons of one day: of two lessons of a course the second is proposed what
    follows the first one's proposal.
    """
    found = await session.execute(_upcoming(), {"lesson_ids": lesson_ids, "at_most": limit})
    return [(row[0], PlanRow(*row[1:])) for row in found]


@cache
def _upcoming() -> Select[*tuple[Any, ...]]:
    lesson_ids: Any = bindparam("lesson_ids", expanding=True)
    other, taught = aliased(Lesson), aliased(PlanTopic)
    of_course = (
        select(LessonTopic)
        .join(other, other.id == LessonTopic.lesson_id)
        .where(other.course_id == Lesson.course_id)
    )
    last_taught = (
        of_course.join(taught, taught.id == LessonTopic.plan_topic_id)
        .where(tuple_(other.date, other.number) < tuple_(Lesson.date, Lesson.number))
        .with_only_columns(func.coalesce(func.max(taught.number), 0))
        .correlate(Lesson)
        .scalar_subquery()
    )
    taught_elsewhere = (
        of_course.where(LessonTopic.plan_topic_id == PlanTopic.id, other.id != Lesson.id)
        .correlate(Lesson, PlanTopic)
        .exists()
    )
    has_topic = exists().where(LessonTopic.lesson_id == other.id).correlate(other)
    before_it = (
        select(func.count())
        .select_from(other)
        .where(
            other.id.in_(lesson_ids),
            other.course_id == Lesson.course_id,
            other.number < Lesson.number,
            not_(has_topic),
        )
        .correlate(Lesson)
        .scalar_subquery()
    )
    proposed = (
        select(*_columns())
        .where(
            PlanTopic.year_id == Course.year_id,
            PlanTopic.subject_id == Course.subject_id,
            PlanTopic.grade == grade_of_course(),
            PlanTopic.variant == _variant(),
            PlanTopic.number > last_taught,
            not_(taught_elsewhere),
        )
        .order_by(PlanTopic.number)
        .offset(before_it)
        .limit(bindparam("at_most", type_=Integer))
        .correlate(Lesson, Course)
        .lateral("proposed")
    )
    return (
        select(Lesson.id, proposed)
        .join(Course, Course.id == Lesson.course_id)
        .join(proposed, true())
        .where(Lesson.id.in_(lesson_ids))
        .order_by(Lesson.id, proposed.c.number)
    )


def grade_of_course() -> ColumnElement[int]:
    """The grade that the plan of `course` is for: the lowest of its classes."""
    return (
        select(func.min(Group.grade))
        .join(CourseGroup, CourseGroup.group_id == Group.id)
        .where(CourseGroup.course_id == Course.id)
        .correlate(Course)
        .scalar_subquery()
    )


def _variant() -> ColumnElement[str]:
    """Of `course` on the day of `lesson`, as `CourseRow.plan_variant`."""
    named = (
        select(func.min(CourseTeacher.plan_variant))
        .where(CourseTeacher.course_id == Course.id, in_force(CourseTeacher, Lesson.__table__.c.date))
        .correlate(Course, Lesson)
        .scalar_subquery()
    )
    return func.coalesce(named, DEFAULT_VARIANT)


async def year_of(session: AsyncSession, school_id: int, course_id: int) -> tuple[date, date] | None:
    """First and last day of a course's school year."""
    found = await session.execute(
        select(SchoolYear.starts_on, SchoolYear.ends_on)
        .join(Course, Course.year_id == SchoolYear.id)
        .where(Course.id == course_id, Course.school_id == school_id)
    )
    year = found.one_or_none()
    return None if year is None else (year.starts_on, year.ends_on)


async def pace(
    session: AsyncSession, school_id: int, course_id: int, first: date, last: date, now: datetime
) -> Pace:
    """Lessons of the course that the timetable gives from `first` to `last`, and how many are over `now`."""
    derived = derived_lessons(school_id, first, last)
    found = await session.execute(
        select(func.count(), func.count().filter(derived.c.ends_at <= now)).where(
            derived.c.course_id == course_id
        )
    )
    return Pace(*found.one())


def _of_course(course: CourseRow) -> ColumnElement[bool]:
    """Rows of all the plans that there are for the course's subject and grade."""
    return and_(
        PlanTopic.year_id == course.year_id,
        PlanTopic.subject_id == course.subject_id,
        PlanTopic.grade == course.grade,
    )


async def variants(session: AsyncSession, course: CourseRow) -> list[VariantRow]:
    """The plans that there are for the course's subject and grade, by name."""
    found = await session.execute(
        select(PlanTopic.variant, func.count(), func.min(PlanTopic.id))
        .where(_of_course(course))
        .group_by(PlanTopic.variant)
        .order_by(PlanTopic.variant)
    )
    return [VariantRow(*row) for row in found]


async def stored(session: AsyncSession, course: CourseRow) -> list[Row[Any]]:
    """Every column of the rows of all these plans."""
    return list(await session.execute(select(PlanTopic.__table__).where(_of_course(course))))


async def variant_with(session: AsyncSession, course: CourseRow, topic_id: int) -> str | None:
    """The variant that has this row, if it is for the course's subject and grade."""
    return await session.scalar(select(PlanTopic.variant).where(_of_course(course), PlanTopic.id == topic_id))


def learning_by(plan: Plan, day: date) -> Select[int]:
    """Ids of the courses that are taught by a plan on `day`."""
    variant = (
        select(func.min(CourseTeacher.plan_variant))
        .where(CourseTeacher.course_id == Course.id, in_force(CourseTeacher, day))
        .correlate(Course)
        .scalar_subquery()
    )
    return select(Course.id).where(
        Course.year_id == plan.year_id,
        Course.subject_id == plan.subject_id,
        grade_of_course() == plan.grade,
        func.coalesce(variant, DEFAULT_VARIANT) == plan.variant,
    )


async def groups_learning_by(session: AsyncSession, plan: Plan, day: date) -> list[str]:
    """Names of the classes that are taught by a plan."""
    found = await session.scalars(
        select(Group.name)
        .join(CourseGroup, CourseGroup.group_id == Group.id)
        .where(CourseGroup.course_id.in_(learning_by(plan, day)))
        .distinct()
        .order_by(Group.name)
    )
    return list(found)
