"""Absences known beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceSource, AttendanceStatus, RequestState
from db.models import (
    AbsenceReason,
    AbsenceRequest,
    Attendance,
    Bell,
    Enrolment,
    Lesson,
    Person,
    PlannedAbsence,
    Register,
    SchoolYear,
)
from db.queries.periods import in_force
from db.queries.timetable import roster


def covers(day: Any, number: Any) -> ColumnElement[bool]:
    """A planned absence in force that covers this lesson number of this day."""
    return and_(
        PlannedAbsence.cancelled_at.is_(None),
        PlannedAbsence.starts_on <= day,
        PlannedAbsence.ends_on >= day,
        or_(PlannedAbsence.first_lesson.is_(None), PlannedAbsence.first_lesson <= number),
        or_(PlannedAbsence.last_lesson.is_(None), PlannedAbsence.last_lesson >= number),
    )


def planned_reason(pupil_id: Any, day: Any, number: Any) -> ColumnElement[str | None]:
    """Name of the reason for which a pupil's absence from this lesson is planned."""
    return (
        select(AbsenceReason.name)
        .join(PlannedAbsence, PlannedAbsence.reason_id == AbsenceReason.id)
        .where(PlannedAbsence.pupil_id == pupil_id, covers(day, number))
        .limit(1)
        .scalar_subquery()
    )


def announcement(pupil_id: Any, day: Any, number: Any) -> ColumnElement[RequestState | None]:
    """What became of the announcement of an absence from this lesson; null: no guardian announced it."""
    return (
        select(AbsenceRequest.state)
        .join(PlannedAbsence, PlannedAbsence.id == AbsenceRequest.planned_id)
        .where(PlannedAbsence.pupil_id == pupil_id, covers(day, number))
        .limit(1)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A planned absence. Lesson numbers count on each of its days; None: from the first, to the last."""

    planned_id: int
    pupil_id: int
    last_name: str
    first_name: str
    starts_on: date
    ends_on: date
    first_lesson: int | None
    last_lesson: int | None
    reason_id: int
    reason: str
    cancelled: bool
    request: RequestState | None = None
    """What became of the guardian's announcement that it comes from; None: the class teacher entered it."""


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            PlannedAbsence.id,
            PlannedAbsence.pupil_id,
            Person.last_name,
            Person.first_name,
            PlannedAbsence.starts_on,
            PlannedAbsence.ends_on,
            PlannedAbsence.first_lesson,
            PlannedAbsence.last_lesson,
            AbsenceReason.id,
            AbsenceReason.name,
            PlannedAbsence.cancelled_at.is_not(None),
            AbsenceRequest.state,
        )
        .outerjoin(AbsenceRequest, AbsenceRequest.planned_id == PlannedAbsence.id)
        .join(Person, Person.id == PlannedAbsence.pupil_id)
        .join(AbsenceReason, AbsenceReason.id == PlannedAbsence.reason_id)
        .order_by(PlannedAbsence.starts_on, Person.sort_key, PlannedAbsence.id)
    )


async def of_group(
    session: AsyncSession, group_id: int, first: date, last: date | None, *, enrolled_on: date
) -> list[PlannedRow]:
    """In force on any day from `first` to `last` (None: open), of the class's pupils of `enrolled_on`."""
    enrolled = select(Enrolment.pupil_id).where(
        Enrolment.group_id == group_id, in_force(Enrolment, enrolled_on)
    )
    statement = _rows().where(
        PlannedAbsence.pupil_id.in_(enrolled),
        PlannedAbsence.cancelled_at.is_(None),
        PlannedAbsence.ends_on >= first,
    )
    if last is not None:
        statement = statement.where(PlannedAbsence.starts_on <= last)
    return [PlannedRow(*row) for row in await session.execute(statement)]


async def of_pupil(session: AsyncSession, pupil_id: int, first: date, last: date) -> list[PlannedRow]:
    """In force on any of these days. Whoever else would write for this pupil waits until the end of the
    transaction, so that two taps cannot plan the same absence twice."""
    await session.execute(select(Person.id).where(Person.id == pupil_id).with_for_update(key_share=True))
    statement = _rows().where(
        PlannedAbsence.pupil_id == pupil_id,
        PlannedAbsence.cancelled_at.is_(None),
        PlannedAbsence.starts_on <= last,
        PlannedAbsence.ends_on >= first,
    )
    return [PlannedRow(*row) for row in await session.execute(statement)]


async def planned(session: AsyncSession, school_id: int, planned_id: int) -> PlannedRow | None:
    statement = _rows().where(PlannedAbsence.school_id == school_id, PlannedAbsence.id == planned_id)
    row = (await session.execute(statement)).one_or_none()
    return PlannedRow(*row) if row else None


async def add(session: AsyncSession, **values: Any) -> int:
    statement = insert(PlannedAbsence).values(**values).returning(PlannedAbsence.id)
    return (await session.execute(statement)).scalar_one()


async def cancel(session: AsyncSession, planned_id: int, now: datetime) -> bool:
    """False when it was cancelled before."""
    done = await session.scalars(
        update(PlannedAbsence)
        .where(PlannedAbsence.id == planned_id, PlannedAbsence.cancelled_at.is_(None))
        .values(cancelled_at=now)
        .returning(PlannedAbsence.id)
    )
    return done.one_or_none() is not None


async def end(session: AsyncSession, planned_id: int, last: date) -> None:
    await session.execute(update(PlannedAbsence).where(PlannedAbsence.id == planned_id).values(ends_on=last))


def _being_taken(row: PlannedRow) -> Select[*tuple[Any, ...]]:
    """Ids of lessons of these days and numbers whose register was opened and not taken yet."""
    statement = (
        select(Lesson.id)
        .join(Register, Register.lesson_id == Lesson.id)
        .where(Register.taken_at.is_(None), Lesson.date.between(row.starts_on, row.ends_on))
    )
    if row.first_lesson is not None:
        statement = statement.where(Lesson.number >= row.first_lesson)
    if row.last_lesson is not None:
        statement = statement.where(Lesson.number <= row.last_lesson)
    return statement


async def fill_opened(
    session: AsyncSession, school_id: int, row: PlannedRow, *, actor_id: int, now: datetime
) -> None:
    """Let the absence stand in registers that are just being taken, unless the teacher has set the cell."""
    in_lesson = roster(Lesson.course_id, Lesson.date).with_only_columns(Enrolment.pupil_id)
    lessons = _being_taken(row).where(Lesson.school_id == school_id, literal(row.pupil_id).in_(in_lesson))
    cells = lessons.with_only_columns(
        Lesson.id,
        literal(row.pupil_id),
        literal(AttendanceStatus.ABSENT.value),
        literal(AttendanceSource.PLANNED.value),
        literal(actor_id),
        literal(now),
    )
    columns = ["lesson_id", "pupil_id", "status", "source", "set_by", "set_at"]
    await session.execute(insert(Attendance).from_select(columns, cells).on_conflict_do_nothing())


async def empty_opened(session: AsyncSession, school_id: int, row: PlannedRow) -> None:
    """Take back what `fill_opened`, or opening the register, has put into registers that are being taken."""
    await session.execute(
        delete(Attendance).where(
            Attendance.pupil_id == row.pupil_id,
            Attendance.source == AttendanceSource.PLANNED,
            Attendance.lesson_id.in_(_being_taken(row).where(Lesson.school_id == school_id)),
        )
    )


async def year_of(session: AsyncSession, school_id: int, day: date) -> tuple[date, date] | None:
    """First and last day of the school year that holds `day`."""
    statement = select(SchoolYear.starts_on, SchoolYear.ends_on).where(
        SchoolYear.school_id == school_id, in_force(SchoolYear, day)
    )
    row = (await session.execute(statement)).first()
    return (row[0], row[1]) if row else None


async def told_of(session: AsyncSession, pupil_id: int, day: date) -> bool:
    """Whether the pupil has an absence on this day of which guardians are or were to be told."""
    statement = select(
        exists().where(
            Attendance.pupil_id == pupil_id,
            Attendance.lesson_id == Lesson.id,
            Lesson.date == day,
            Attendance.alert_at.is_not(None),
        )
    )
    return bool(await session.scalar(statement))


async def lesson_numbers(session: AsyncSession, school_id: int) -> list[int]:
    """Numbers that have a bell, in order."""
    statement = select(Bell.number).where(Bell.school_id == school_id).distinct().order_by(Bell.number)
    return list(await session.scalars(statement))
