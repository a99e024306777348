"""Courses: who teaches what to whom on a day (S2, S4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, distinct, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Course, CourseGroup, CourseTeacher, Group, Subject
from db.queries.periods import in_force
from db.queries.timetable import group_names


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course as it is on a day."""

    course_id: int
    year_id: int
    subject_id: int
    subject: str
    groups: str
    """«7Б», or «10А+11А» for a combined course."""
    group_ids: frozenset[int]
    grade: int
    """The lowest of its classes."""
    subgroup: str | None
    teacher_ids: frozenset[int]
    """Who teaches it on that day."""
    plan_variant: str
    """Of its plan: that of its teacher, by name the first when they differ; «1» when none is named."""
    hours_per_week: Decimal | None


DEFAULT_VARIANT = "1"


def _courses(school_id: int, day: date) -> Select[*tuple[Any, ...]]:
    of_day = (
        select(CourseTeacher)
        .where(CourseTeacher.course_id == Course.id, in_force(CourseTeacher, day))
        .correlate(Course)
    )

    def of_teachers(column: Any) -> Any:
        return of_day.with_only_columns(column).scalar_subquery()

    def of_groups(column: Any) -> Any:
        return (
            select(column)
            .join(CourseGroup, CourseGroup.group_id == Group.id)
            .where(CourseGroup.course_id == Course.id)
            .correlate(Course)
            .scalar_subquery()
        )

    return (
        select(
            Course.id.label("course_id"),
            Course.year_id,
            Course.subject_id,
            Subject.name.label("subject"),
            group_names(Course.id).label("groups"),
            of_groups(func.array_agg(Group.id)).label("group_ids"),
            of_groups(func.min(Group.grade)).label("grade"),
            Course.subgroup,
            of_teachers(func.array_agg(distinct(CourseTeacher.teacher_id))).label("teacher_ids"),
            func.coalesce(of_teachers(func.min(CourseTeacher.plan_variant)), literal(DEFAULT_VARIANT)).label(
                "plan_variant"
            ),
            of_teachers(func.max(CourseTeacher.hours_per_week)).label("hours_per_week"),
        )
        .join(Subject, Subject.id == Course.subject_id)
        .where(Course.school_id == school_id)
    )


def _row(row: Row[Any]) -> CourseRow:
    values = dict(row._mapping)
    ids = {name: frozenset(values[name] or ()) for name in ("group_ids", "teacher_ids")}
    return CourseRow(**(values | ids))


async def course(session: AsyncSession, school_id: int, course_id: int, day: date) -> CourseRow | None:
    """One course of the school, as it is on `day`."""
    row = (await session.execute(_courses(school_id, day).where(Course.id == course_id))).one_or_none()
    return None if row is None else _row(row)


async def courses_of_teacher(
    session: AsyncSession, school_id: int, teacher_id: int, day: date
) -> list[CourseRow]:
    """What a teacher teaches on `day`, by subject and class."""
    taught = select(CourseTeacher.course_id).where(
        CourseTeacher.teacher_id == teacher_id, in_force(CourseTeacher, day)
    )
    rows = await session.execute(
        _courses(school_id, day)
        .where(Course.id.in_(taught))
        .order_by(Subject.name, "grade", "groups", Course.subgroup, Course.id)
    )
    return [_row(row) for row in rows]


async def courses_of_group(
    session: AsyncSession, school_id: int, group_id: int, day: date
) -> list[CourseRow]:
    """What a class is taught in the year of `day`, by subject and subgroup."""
    of_group = select(CourseGroup.course_id).where(CourseGroup.group_id == group_id)
    rows = await session.execute(
        _courses(school_id, day)
        .where(Course.id.in_(of_group))
        .order_by(Subject.name, Course.subgroup.nulls_first(), Course.id)
    )
    return [_row(row) for row in rows]


async def subgroups(session: AsyncSession, school_id: int, of: CourseRow, day: date) -> list[CourseRow]:
    """The subgroups of the course's classes in its subject, as they are on `day` (S2)."""
    of_groups = select(CourseGroup.course_id).where(CourseGroup.group_id.in_(of.group_ids))
    rows = await session.execute(
        _courses(school_id, day)
        .where(
            Course.year_id == of.year_id,
            Course.subject_id == of.subject_id,
            Course.subgroup.is_not(None),
            Course.id.in_(of_groups),
        )
        .order_by(Course.subgroup, Course.id)
    )
    return [_row(row) for row in rows]
