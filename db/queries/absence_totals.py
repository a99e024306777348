"""What pupils missed, summed up by day (J7)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceStatus, RequestState
from db.models import (
    AbsenceDay,
    AbsenceReason,
    AbsenceRequest,
    Attendance,
    CourseGroup,
    Enrolment,
    Lesson,
    PlannedAbsence,
    Register,
)
from db.queries.diary import told_absence
from db.queries.exemptions import need_not_attend
from db.queries.periods import not_ended
from db.queries.planned import covers
from db.queries.timetable import roster


@dataclass(frozen=True, slots=True)
class MissedDay:
    """A day on which a pupil missed a lesson, or came late. Lessons that count as missed are `valid`,
    `not_valid` or `unexplained`; where the pupil need not have been is left out."""

    pupil_id: int
    date: date
    taken: int
    """Lessons of the pupil whose register was taken."""
    valid: int
    """Missed for a valid reason."""
    not_valid: int
    unexplained: int
    """No reason is confirmed."""
    excused: int
    """Away for a reason that does not count as missing: a contest, an order."""
    late: int
    reasons: list[str] | None
    """Of every lesson away from whose reason is known, its name, also where it does not count as missing."""

    @property
    def missed(self) -> int:
        return self.valid + self.not_valid + self.unexplained


async def missed_days(
    session: AsyncSession,
    school_id: int,
    pupil_ids: Collection[int],
    first: date,
    last: date,
    *,
    now: datetime,
) -> list[MissedDay]:
    """These pupils' days with absences or late comings that the family may know of, in their order.

    The reason of a lesson is that of the planned absence it belongs to, unless it is only announced by the
    family, else the confirmed one of its day.
    """
    undecided = (
        exists()
        .where(AbsenceRequest.planned_id == PlannedAbsence.id, AbsenceRequest.state != RequestState.ACCEPTED)
        .correlate_except(AbsenceRequest)
    )
    pupils = roster(Lesson.course_id, Lesson.date).lateral("pupils")
    courses = (
        select(CourseGroup.course_id)
        .join(Enrolment, Enrolment.group_id == CourseGroup.group_id)
        .where(Enrolment.pupil_id.in_(pupil_ids), Enrolment.starts_on <= last, not_ended(Enrolment, first))
    )
    planned = (
        select(PlannedAbsence.reason_id)
        .where(PlannedAbsence.pupil_id == pupils.c.pupil_id, covers(Lesson.date, Lesson.number))
        .where(not_(undecided))
        .order_by(PlannedAbsence.id)
        .limit(1)
        .correlate(Lesson, pupils)
        .scalar_subquery()
    )
    lessons = (
        select(
            pupils.c.pupil_id.label("pupil_id"),
            Lesson.date.label("date"),
            Register.taken_at.is_not(None).label("taken"),
            Attendance.status.label("status"),
            case((Attendance.status == AttendanceStatus.ABSENT, planned)).label("planned_id"),
        )
        .join(Register, Register.lesson_id == Lesson.id)
        .join(pupils, pupils.c.pupil_id.in_(pupil_ids))
        .outerjoin(
            Attendance,
            and_(
                Attendance.lesson_id == Lesson.id,
                Attendance.pupil_id == pupils.c.pupil_id,
                told_absence(now),
            ),
        )
        .where(
            Lesson.school_id == school_id,
            Lesson.course_id.in_(courses),
            Lesson.date.between(first, last),
            or_(Register.taken_at.is_not(None), Attendance.lesson_id.is_not(None)),
            not_(need_not_attend(pupils.c.pupil_id, Lesson.course_id, Lesson.date)),
        )
        .cte("own")
    )
    absent = lessons.c.status == AttendanceStatus.ABSENT
    counts = func.coalesce(AbsenceReason.counts_as_missed, literal(True))

    def number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(*conditions)

    statement: Select[*tuple[Any, ...]] = (
        select(
            lessons.c.pupil_id,
            lessons.c.date,
            number(or_(lessons.c.taken, lessons.c.status.is_not(None))),
            number(absent, counts, AbsenceReason.valid.is_(True)),
            number(absent, counts, AbsenceReason.valid.is_(False)),
            number(absent, AbsenceReason.id.is_(None)),
            number(absent, AbsenceReason.counts_as_missed.is_(False)),
            number(lessons.c.status == AttendanceStatus.LATE),
            func.array_agg(AbsenceReason.name).filter(absent, AbsenceReason.id.is_not(None)),
        )
        .select_from(lessons)
        .outerjoin(
            AbsenceDay,
            and_(AbsenceDay.pupil_id == lessons.c.pupil_id, AbsenceDay.date == lessons.c.date),
        )
        .outerjoin(
            AbsenceReason, AbsenceReason.id == func.coalesce(lessons.c.planned_id, AbsenceDay.reason_id)
        )
        .group_by(lessons.c.pupil_id, lessons.c.date)
        .having(number(lessons.c.status.is_not(None)) > 0)
        .order_by(lessons.c.pupil_id, lessons.c.date)
    )
    return [MissedDay(*row) for row in await session.execute(statement)]
