"""Courses whose plan is missing, or shorter than the lessons that the timetable gives them (J1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Course, CourseTeacher, PlanTopic, SchoolYear, StaffAppointment, Subject
from db.queries.courses import DEFAULT_VARIANT
from db.queries.derived import derived_lessons
from db.queries.periods import in_force
from db.queries.plans import grade_of_course
from db.queries.timetable import group_names


class YearRow(NamedTuple):
    year_id: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class UnplannedCourse:
    """A course as it is on the first day of its year, or today when that is past."""

    course_id: int
    subject: str
    groups: str
    subgroup: str | None
    rows: int
    lessons: int
    """By the timetable; 0: there is none yet."""


async def years_from(session: AsyncSession, school_id: int, first: date, last: date) -> list[YearRow]:
    """The school's years that begin from `first` to `last`."""
    found = await session.execute(
        select(SchoolYear.id, SchoolYear.starts_on, SchoolYear.ends_on).where(
            SchoolYear.school_id == school_id, SchoolYear.starts_on.between(first, last)
        )
    )
    return [YearRow(*row) for row in found]


async def unplanned(
    session: AsyncSession, school_id: int, year: YearRow, today: date, *, teacher_id: int | None = None
) -> list[tuple[int, UnplannedCourse]]:
    """(teacher, course) of all courses whose plan has fewer rows than they have lessons, or none at all.

    Teachers of the year's first day, or of `today` when that is past, who work here today.
    """
    day = max(today, year.starts_on)
    variant = (
        select(func.min(CourseTeacher.plan_variant))
        .where(CourseTeacher.course_id == Course.id, in_force(CourseTeacher, day))
        .correlate(Course)
        .scalar_subquery()
    )
    rows = (
        select(func.count())
        .select_from(PlanTopic)
        .where(
            PlanTopic.year_id == Course.year_id,
            PlanTopic.subject_id == Course.subject_id,
            PlanTopic.grade == grade_of_course(),
            PlanTopic.variant == func.coalesce(variant, DEFAULT_VARIANT),
        )
        .correlate(Course)
        .scalar_subquery()
        .label("rows")
    )
    taught = select(CourseTeacher.course_id, CourseTeacher.teacher_id).where(
        CourseTeacher.school_id == school_id,
        in_force(CourseTeacher, day),
        exists().where(
            StaffAppointment.person_id == CourseTeacher.teacher_id, in_force(StaffAppointment, today)
        ),
    )
    if teacher_id is not None:
        taught = taught.where(CourseTeacher.teacher_id == teacher_id)
    load = taught.cte("load")
    derived = derived_lessons(school_id, year.starts_on, year.ends_on)
    given = (
        select(derived.c.course_id, func.count().label("lessons"))
        .where(derived.c.course_id.in_(select(load.c.course_id)))
        .group_by(derived.c.course_id)
        .cte("given")
    )
    lessons = func.coalesce(given.c.lessons, 0).label("lessons")
    found = await session.execute(
        select(
            load.c.teacher_id,
            Course.id,
            Subject.name,
            group_names(Course.id),
            Course.subgroup,
            rows,
            lessons,
        )
        .join(Course, Course.id == load.c.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .outerjoin(given, given.c.course_id == Course.id)
        .where(Course.year_id == year.year_id, rows < func.greatest(lessons, 1))
        .order_by(load.c.teacher_id, Subject.name, group_names(Course.id), Course.id)
    )
    return [(row[0], UnplannedCourse(*row[1:])) for row in found]
