"""Debt points that are not settled yet (J4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BindingState, MarkValue
from db.models import (
    Binding,
    Course,
    CourseTeacher,
    Lesson,
    Mark,
    Person,
    StaffAppointment,
    Subject,
    Work,
    WorkKind,
)
from db.queries.periods import in_force
from db.queries.timetable import group_names


@dataclass(frozen=True, slots=True)
class DebtRow:
    """A pupil's open debt."""

    pupil_id: int
    last_name: str
    first_name: str
    work_id: int
    course_id: int
    groups: str
    subject: str
    kind: str
    """Of the work."""
    title: str
    due_on: date


def _debts(school_id: int, due: Collection[date] | None) -> Select[*tuple[Any, ...]]:
    statement = (
        select(
            Mark.pupil_id,
            Person.last_name,
            Person.first_name,
            Mark.work_id,
            Lesson.course_id,
            group_names(Lesson.course_id).label("groups"),
            Subject.name.label("subject"),
            WorkKind.name.label("kind"),
            Work.title,
            Mark.due_on,
        )
        .join(Person, Person.id == Mark.pupil_id)
        .join(Work, Work.id == Mark.work_id)
        .join(WorkKind, WorkKind.id == Work.kind_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .where(Mark.school_id == school_id, Mark.value == MarkValue.DEBT, Mark.due_on.is_not(None))
        .order_by(Mark.due_on, Subject.name, Person.sort_key, Person.id, Mark.work_id)
    )
    return statement if due is None else statement.where(Mark.due_on.in_(due))


async def debts_of_school(session: AsyncSession, school_id: int, due: Collection[date]) -> list[DebtRow]:
    """Open debts that are due on these days."""
    return [DebtRow(**row._mapping) for row in await session.execute(_debts(school_id, due))]


async def debts_of_pupil(
    session: AsyncSession, school_id: int, pupil_id: int, due: Collection[date] | None = None
) -> list[DebtRow]:
    """A pupil's open debts: those due on these days, or all."""
    rows = await session.execute(_debts(school_id, due).where(Mark.pupil_id == pupil_id))
    return [DebtRow(**row._mapping) for row in rows]


async def debts_to_teacher(
    session: AsyncSession, school_id: int, teacher_id: int, due: Collection[date], *, today: date
) -> list[DebtRow]:
    """Open debts that are due on these days in the courses that the teacher teaches today."""
    taught = exists().where(
        CourseTeacher.course_id == Lesson.course_id,
        CourseTeacher.teacher_id == teacher_id,
        in_force(CourseTeacher, today),
    )
    rows = await session.execute(_debts(school_id, due).where(taught))
    return [DebtRow(**row._mapping) for row in rows]


async def teachers_accounts(session: AsyncSession, course_ids: Collection[int], today: date) -> list[int]:
    """Binding ids of those who teach these courses today and still work here."""
    employed = exists().where(
        StaffAppointment.person_id == CourseTeacher.teacher_id, in_force(StaffAppointment, today)
    )
    ids = await session.scalars(
        select(Binding.id)
        .distinct()
        .join(
            CourseTeacher,
            and_(CourseTeacher.teacher_id == Binding.person_id, Binding.state == BindingState.ACTIVE),
        )
        .where(CourseTeacher.course_id.in_(course_ids), in_force(CourseTeacher, today), employed)
        .order_by(Binding.id)
    )
    return list(ids)
