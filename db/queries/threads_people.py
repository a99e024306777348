"""Whom a family may write to, and who answers at a desk (C1, U9)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import Select, delete, exists, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import StaffRole
from db.models import (
    ClassTeacher,
    Course,
    CourseGroup,
    CourseTeacher,
    Enrolment,
    Guardianship,
    Holiday,
    OfficeHours,
    Person,
    School,
    Slot,
    StaffAppointment,
    SubgroupMember,
    Subject,
)
from db.queries.access import consented
from db.queries.names import Colleague, colleague_columns
from db.queries.periods import in_force
from db.queries.timetable import roster


@dataclass(frozen=True, slots=True)
class CourseTeacherRow:
    """Who teaches a pupil what."""

    course_id: int
    subject: str
    short_names: list[str]
    teacher: Colleague


@dataclass(frozen=True, slots=True)
class GuardianRow:
    person: Colleague
    relation: str


async def class_teachers(session: AsyncSession, pupil_id: int, day: date) -> list[Colleague]:
    """Who leads the pupil's class on `day` and works here."""
    query = (
        select(*colleague_columns(Person))
        .distinct()
        .join(ClassTeacher, ClassTeacher.person_id == Person.id)
        .join(Enrolment, Enrolment.group_id == ClassTeacher.group_id)
        .where(
            Enrolment.pupil_id == pupil_id,
            in_force(Enrolment, day),
            in_force(ClassTeacher, day),
            _works(Person.id, day),
        )
        .order_by(Person.last_name, Person.first_name, Person.id)
    )
    return [Colleague(*row) for row in await session.execute(query)]


async def teachers(session: AsyncSession, pupil_id: int, day: date) -> list[CourseTeacherRow]:
    """Who teaches the pupil on `day`, by subject; of subgroups only the pupil's own."""
    member = exists().where(
        SubgroupMember.course_id == Course.id,
        SubgroupMember.pupil_id == pupil_id,
        in_force(SubgroupMember, day),
    )
    of_class = exists().where(
        CourseGroup.course_id == Course.id,
        CourseGroup.group_id == Enrolment.group_id,
        Enrolment.pupil_id == pupil_id,
        in_force(Enrolment, day),
    )
    query = (
        select(Course.id, Subject.name, Subject.short_names, *colleague_columns(Person))
        .distinct()
        .join(Subject, Subject.id == Course.subject_id)
        .join(CourseTeacher, CourseTeacher.course_id == Course.id)
        .join(Person, Person.id == CourseTeacher.teacher_id)
        .where(
            in_force(CourseTeacher, day),
            of_class,
            or_(Course.subgroup.is_(None), member),
            _works(Person.id, day),
        )
        .order_by(Subject.name, Course.id, Person.last_name, Person.first_name, Person.id)
    )
    return [
        CourseTeacherRow(course_id, subject, short_names, Colleague(*teacher))
        for course_id, subject, short_names, *teacher in await session.execute(query)
    ]


async def pupils_of_course(session: AsyncSession, course_id: int, day: date) -> list[Colleague]:
    """Who is in the course on `day`, by name."""
    listed = roster(course_id, day).with_only_columns(Enrolment.pupil_id)
    query = select(*colleague_columns(Person)).where(Person.id.in_(listed))
    return [Colleague(*row) for row in await session.execute(query.order_by(Person.sort_key, Person.id))]


async def guardians(session: AsyncSession, pupil_id: int, day: date) -> list[GuardianRow]:
    """The pupil's guardians of `day` with a consent in force (U3)."""
    query = (
        select(*colleague_columns(Person), Guardianship.relation)
        .join(Guardianship, Guardianship.guardian_id == Person.id)
        .where(
            Guardianship.pupil_id == pupil_id,
            in_force(Guardianship, day),
            consented(Guardianship.guardian_id, Guardianship.pupil_id),
        )
        .order_by(Person.sort_key, Person.id)
    )
    return [GuardianRow(Colleague(*person), relation) for *person, relation in await session.execute(query)]


async def names(session: AsyncSession, person_ids: Collection[int]) -> list[Colleague]:
    """By first name."""
    query = select(*colleague_columns(Person)).where(Person.id.in_(person_ids))
    return [Colleague(*row) for row in await session.execute(query.order_by(Person.first_name, Person.id))]


def on_duty(school_id: int, roles: Collection[StaffRole], day: date) -> Select[int]:
    """The people who hold one of these roles."""
    return select(StaffAppointment.person_id).where(
        StaffAppointment.school_id == school_id,
        StaffAppointment.role.in_(roles),
        in_force(StaffAppointment, day),
    )


def these(person_ids: Collection[int]) -> Select[int]:
    return select(Person.id).where(Person.id.in_(person_ids))


def _works(person_id: Any, day: date) -> Any:
    return exists().where(StaffAppointment.person_id == person_id, in_force(StaffAppointment, day))


async def zone(session: AsyncSession, school_id: int) -> str:
    """IANA name of the school's zone."""
    return (await session.execute(select(School.timezone).where(School.id == school_id))).scalar_one()


async def own_hours(session: AsyncSession, person_id: int) -> dict[int, tuple[time, time]]:
    """When a colleague reads messages, by ISO weekday; empty: as the institution has it."""
    rows = await session.execute(
        select(OfficeHours.weekday, OfficeHours.opens, OfficeHours.closes)
        .where(OfficeHours.person_id == person_id)
        .order_by(OfficeHours.weekday)
    )
    return {weekday: (opens, closes) for weekday, opens, closes in rows}


async def set_hours(session: AsyncSession, person_id: int, hours: Mapping[int, tuple[time, time]]) -> None:
    """In the place of all that stood there."""
    await session.execute(delete(OfficeHours).where(OfficeHours.person_id == person_id))
    if hours:
        rows = [
            {"person_id": person_id, "weekday": weekday, "opens": opens, "closes": closes}
            for weekday, (opens, closes) in hours.items()
        ]
        await session.execute(insert(OfficeHours), rows)


async def teaches_on(session: AsyncSession, school_id: int, weekday: int, day: date) -> bool:
    """Whether the timetable, on `day` or later, has lessons on this ISO weekday."""
    slots = exists().where(Slot.school_id == school_id, Slot.weekday == weekday, Slot.ends_on >= day)
    return bool(await session.scalar(select(slots)))


async def holidays(session: AsyncSession, school_id: int, day: date) -> list[tuple[date, date]]:
    """Holidays that are not over on `day`."""
    rows = await session.execute(
        select(Holiday.starts_on, Holiday.ends_on).where(
            Holiday.school_id == school_id, Holiday.ends_on >= day
        )
    )
    return [(row[0], row[1]) for row in rows]
