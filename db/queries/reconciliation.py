"""The class teacher's weekly reconciliation of absences (J7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, or_, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceStatus, BindingState
from db.models import (
    AbsenceDay,
    AbsenceRequest,
    Attendance,
    Binding,
    ClassTeacher,
    CourseGroup,
    Enrolment,
    Group,
    Lesson,
    OutboxMessage,
    Person,
    PlannedAbsence,
    Register,
    SchoolYear,
    WeekReconciliation,
)
from db.queries.history import PersonName
from db.queries.periods import in_force, not_ended
from db.queries.pupil_year import TermRow, term_rows, terms_of


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Who has reconciled a week, and when (aware)."""

    by: PersonName
    at: datetime


async def reconciled(session: AsyncSession, group_id: int, monday: date) -> Reconciled | None:
    rows = await session.execute(
        select(Person.last_name, Person.first_name, Person.middle_name, WeekReconciliation.reconciled_at)
        .join(Person, Person.id == WeekReconciliation.reconciled_by)
        .where(WeekReconciliation.group_id == group_id, WeekReconciliation.monday == monday)
    )
    row = rows.one_or_none()
    return Reconciled(PersonName(row[0], row[1], row[2]), row[3]) if row else None


async def reconcile(
    session: AsyncSession, group_id: int, monday: date, *, person_id: int, now: datetime
) -> None:
    """Again: with what has changed since."""
    done = {"reconciled_by": person_id, "reconciled_at": now}
    await session.execute(
        insert(WeekReconciliation)
        .values(group_id=group_id, monday=monday, **done)
        .on_conflict_do_update(index_elements=["group_id", "monday"], set_=done)
    )


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """Something about a pupil's absence of a day changed after the week was reconciled."""

    pupil_id: int
    last_name: str
    first_name: str
    date: date


async def changed_since(
    session: AsyncSession, group_id: int, first: date, last: date, since: datetime
) -> list[ChangedDay]:
    """Registers, reasons, answers and planned absences of these days that somebody touched after `since`,
    of the pupils who were in the class on the day; by name and day."""
    days = func.generate_series(first, last, timedelta(days=1)).column_valued("day")
    # Said in each part, which the join below comes too late to narrow.
    pupils = select(Enrolment.pupil_id).where(
        Enrolment.group_id == group_id, Enrolment.starts_on <= last, not_ended(Enrolment, first)
    )
    cells = (
        select(Attendance.pupil_id.label("pupil_id"), Lesson.date.label("date"))
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .join(Register, Register.lesson_id == Lesson.id)
        .where(
            Attendance.pupil_id.in_(pupils),
            Lesson.date.between(first, last),
            or_(
                Attendance.set_at > since,
                (Register.taken_at > since) & (Attendance.status != AttendanceStatus.PRESENT),
            ),
        )
    )
    reasons = select(AbsenceDay.pupil_id, AbsenceDay.date).where(
        AbsenceDay.pupil_id.in_(pupils),
        AbsenceDay.date.between(first, last),
        or_(AbsenceDay.answered_at > since, AbsenceDay.confirmed_at > since),
    )
    planned = (
        select(PlannedAbsence.pupil_id, func.date(days))
        .join(PlannedAbsence, func.date(days).between(PlannedAbsence.starts_on, PlannedAbsence.ends_on))
        .outerjoin(AbsenceRequest, AbsenceRequest.planned_id == PlannedAbsence.id)
        .where(
            PlannedAbsence.pupil_id.in_(pupils),
            or_(
                PlannedAbsence.entered_at > since,
                PlannedAbsence.cancelled_at > since,
                AbsenceRequest.decided_at > since,
            ),
        )
    )
    touched = union(cells, reasons, planned).subquery("touched")
    rows = await session.execute(
        select(Person.id, Person.last_name, Person.first_name, touched.c.date)
        .join(touched, touched.c.pupil_id == Person.id)
        .join(Enrolment, Enrolment.pupil_id == Person.id)
        .where(Enrolment.group_id == group_id, in_force(Enrolment, touched.c.date))
        .order_by(Person.sort_key, Person.id, touched.c.date)
    )
    return [ChangedDay(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class ClassYear:
    starts_on: date
    ends_on: date
    terms: tuple[TermRow, ...]
    """Those of the grade, in their order."""


async def year_of(session: AsyncSession, group_id: int) -> ClassYear:
    """The school year of a class."""
    rows = await session.execute(
        select(SchoolYear.starts_on, SchoolYear.ends_on, terms_of(Group.grade, SchoolYear.id))
        .select_from(Group)
        .join(SchoolYear, SchoolYear.id == Group.year_id)
        .where(Group.id == group_id)
    )
    starts_on, ends_on, terms = rows.one()
    return ClassYear(starts_on, ends_on, term_rows(terms))


@dataclass(frozen=True, slots=True)
class UnreconciledClass:
    group_id: int
    binding_id: int
    """Of its class teacher."""


async def unreconciled(
    session: AsyncSession, school_id: int, monday: date, today: date
) -> list[UnreconciledClass]:
    """Classes with a register of the week that is not reconciled, beside each account of their class teachers
    of today."""
    rows = await session.execute(
        _unreconciled(monday)
        .add_columns(Binding.id)
        .join(ClassTeacher, ClassTeacher.group_id == Group.id)
        .join(Binding, Binding.person_id == ClassTeacher.person_id)
        .where(
            Group.school_id == school_id,
            in_force(ClassTeacher, today),
            Binding.state == BindingState.ACTIVE,
        )
        .order_by(Group.id, Binding.id)
    )
    return [UnreconciledClass(*row) for row in rows]


async def is_unreconciled(session: AsyncSession, group_id: int, monday: date) -> bool:
    return (await session.scalar(_unreconciled(monday).where(Group.id == group_id))) is not None


def _unreconciled(monday: date) -> Select[*tuple[Any, ...]]:
    kept = (
        exists()
        .where(
            CourseGroup.group_id == Group.id,
            Lesson.course_id == CourseGroup.course_id,
            Lesson.date.between(monday, monday + timedelta(days=6)),
            Register.lesson_id == Lesson.id,
            Register.taken_at.is_not(None),
        )
        .correlate(Group)
    )
    done = (
        exists()
        .where(WeekReconciliation.group_id == Group.id, WeekReconciliation.monday == monday)
        .correlate(Group)
    )
    statement: Select[*tuple[Any, ...]] = select(Group.id)
    return statement.where(kept, ~done)


async def reminded(session: AsyncSession, kind: str, group_id: int, monday: date) -> list[int]:
    """Accounts in whose chats a reminder of this week stands."""
    payload = OutboxMessage.payload
    rows = await session.scalars(
        select(OutboxMessage.binding_id).where(
            OutboxMessage.kind == kind,
            payload["group_id"].as_integer() == group_id,
            payload["monday"].astext == monday.isoformat(),
        )
    )
    return list(rows)
