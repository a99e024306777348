"""What the database holds, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import (
    Course,
    CourseGroup,
    Enrolment,
    Group,
    Guardianship,
    School,
    SchoolYear,
    StaffAppointment,
)
from db.queries.derived import derived_lessons
from db.queries.periods import in_force


@dataclass(frozen=True, slots=True)
class SchoolCounts:
    """On one day. `groups`: pupils by class, `lessons`: lessons by class; both in the order of classes."""

    name: str
    year: str | None
    staff: dict[str, int]
    pupils: int
    guardians: int
    groups: dict[str, int]
    lessons: dict[str, int]
    lessons_of_day: int


async def counts(session: AsyncSession, school_id: int, day: date) -> SchoolCounts:
    """Who and what is there on that day."""
    name = await session.scalar(select(School.name).where(School.id == school_id))
    year = await session.scalar(
        select(SchoolYear.name).where(SchoolYear.school_id == school_id, in_force(SchoolYear, day)).limit(1)
    )
    staff = await session.execute(
        select(StaffAppointment.role, func.count(distinct(StaffAppointment.person_id)))
        .where(
            StaffAppointment.school_id == school_id,
            in_force(StaffAppointment, day),
        )
        .group_by(StaffAppointment.role)
        .order_by(StaffAppointment.role)
    )
    guardians = await session.scalar(
        select(func.count(distinct(Guardianship.guardian_id))).where(
            Guardianship.school_id == school_id,
            in_force(Guardianship, day),
        )
    )
    groups = await session.execute(
        select(Group.name, func.count(Enrolment.id))
        .join(SchoolYear, SchoolYear.id == Group.year_id)
        .outerjoin(
            Enrolment,
            (Enrolment.group_id == Group.id) & in_force(Enrolment, day),
        )
        .where(Group.school_id == school_id, in_force(SchoolYear, day))
        .group_by(Group.id)
        .order_by(Group.grade, Group.name)
    )
    by_group = {name: number for name, number in groups}
    derived = derived_lessons(school_id, day, day)
    lessons = await session.execute(
        select(Group.name, func.count())
        .select_from(derived)
        .join(Course, Course.id == derived.c.course_id)
        .join(CourseGroup, CourseGroup.course_id == Course.id)
        .join(Group, Group.id == CourseGroup.group_id)
        .group_by(Group.id)
        .order_by(Group.grade, Group.name)
    )
    return SchoolCounts(
        name or "",
        year,
        {role.value: number for role, number in staff},
        sum(by_group.values()),
        guardians or 0,
        by_group,
        {name: number for name, number in lessons},
        await session.scalar(select(func.count()).select_from(derived)) or 0,
    )
