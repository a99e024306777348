"""What pupils missed, summed up by day (J7)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Select,
    and_,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    null,
    select,
    true,
    tuple_,
    union_all,
)
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
    values = {"school": school_id, "pupils": list(pupil_ids), "first": first, "last": last, "now": now}
    return [MissedDay(*row) for row in await session.execute(_missed_days(), values)]


_AMONG: Any = any_(bindparam("pupils", type_=ARRAY(BigInteger)))
_FIRST: Any = bindparam("first", type_=Date)
_LAST: Any = bindparam("last", type_=Date)
_NOW: Any = bindparam("now", type_=DateTime(timezone=True))


@cache
def _missed_days() -> Select[*tuple[Any, ...]]:
    """Made once: making takes longer than running it for one pupil."""
    lessons = _lessons()
    told = _told(lessons)
    # One below the other: joined, every lesson of every pupil would be looked up among the absences.
    rows = union_all(select(told), _taken(lessons, told)).subquery("rows")
    absent = rows.c.status == AttendanceStatus.ABSENT
    counts = func.coalesce(rows.c.counts_as_missed, literal(True))

    def number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(*conditions)

    return (
        select(
            rows.c.pupil_id,
            rows.c.date,
            number(rows.c.counted),
            number(absent, counts, rows.c.valid.is_(True)),
            number(absent, counts, rows.c.valid.is_(False)),
            number(absent, rows.c.reason.is_(None)),
            number(absent, rows.c.counts_as_missed.is_(False)),
            number(rows.c.status == AttendanceStatus.LATE),
            func.array_agg(rows.c.reason).filter(absent, rows.c.reason.is_not(None)),
        )
        .group_by(rows.c.pupil_id, rows.c.date)
        .order_by(rows.c.pupil_id, rows.c.date)
    )


def _lessons() -> CTE:
    """Lessons with a register of the pupils' classes, from the first day on.

    The last day comes later: between two days that it is not told yet PostgreSQL expects next to no lessons,
    and would look up one by one what it now joins at once.
    """
    courses = (
        select(CourseGroup.course_id)
        .join(Enrolment, Enrolment.group_id == CourseGroup.group_id)
        .where(Enrolment.pupil_id == _AMONG, Enrolment.starts_on <= _LAST, not_ended(Enrolment, _FIRST))
    )
    return (
        select(Lesson.id, Lesson.course_id, Lesson.date, Lesson.number, Register.taken_at)
        .join(Register, Register.lesson_id == Lesson.id)
        .where(
            Lesson.school_id == bindparam("school", type_=BigInteger),
            Lesson.course_id == any_(func.array(courses.scalar_subquery())),
            Lesson.date >= _FIRST,
        )
        .cte("lessons")
        .prefix_with("MATERIALIZED")
    )


def _told(lessons: CTE) -> CTE:
    """What the pupils missed or came late to; a lesson is `counted` here until its register is taken, and in
    `_taken` from then on."""
    theirs = roster(lessons.c.course_id, lessons.c.date).where(Enrolment.pupil_id == Attendance.pupil_id)
    planned_id = case((Attendance.status == AttendanceStatus.ABSENT, _planned_reason(lessons)))
    return (
        select(
            Attendance.pupil_id,
            lessons.c.date,
            lessons.c.taken_at.is_(None).label("counted"),
            Attendance.status,
            AbsenceReason.name.label("reason"),
            AbsenceReason.valid,
            AbsenceReason.counts_as_missed,
        )
        .join(lessons, lessons.c.id == Attendance.lesson_id)
        .join(Register, Register.lesson_id == Attendance.lesson_id)
        .outerjoin(
            AbsenceDay,
            and_(AbsenceDay.pupil_id == Attendance.pupil_id, AbsenceDay.date == lessons.c.date),
        )
        .outerjoin(AbsenceReason, AbsenceReason.id == func.coalesce(planned_id, AbsenceDay.reason_id))
        .where(
            Attendance.pupil_id == _AMONG,
            lessons.c.date <= _LAST,
            told_absence(_NOW),
            theirs.correlate(lessons, Attendance).exists(),
            not_(need_not_attend(Attendance.pupil_id, lessons.c.course_id, lessons.c.date)),
        )
        .cte("told")
    )


def _taken(lessons: CTE, told: CTE) -> Select[*tuple[Any, ...]]:
    """The pupils' lessons whose register was taken, on the days of `told`; columns as there."""
    pupils = roster(lessons.c.course_id, lessons.c.date).where(Enrolment.pupil_id == _AMONG).lateral("pupils")
    days = select(told.c.pupil_id, told.c.date)
    return (
        select(
            pupils.c.pupil_id,
            lessons.c.date,
            true(),
            *(cast(null(), column.type) for column in list(told.c)[3:]),
        )
        .select_from(lessons)
        .join(pupils, true())
        .where(
            lessons.c.taken_at.is_not(None),
            # IS TRUE: the days are hashed; else PostgreSQL may go through all of them for every lesson.
            tuple_(pupils.c.pupil_id, lessons.c.date).in_(days).is_(True),
            not_(need_not_attend(pupils.c.pupil_id, lessons.c.course_id, lessons.c.date)),
        )
    )


def _planned_reason(lessons: CTE) -> ColumnElement[int | None]:
    """Of the planned absence that an absence from one of these lessons belongs to; needs `attendance`."""
    undecided = (
        exists()
        .where(AbsenceRequest.planned_id == PlannedAbsence.id, AbsenceRequest.state != RequestState.ACCEPTED)
        .correlate_except(AbsenceRequest)
    )
    return (
        select(PlannedAbsence.reason_id)
        .where(PlannedAbsence.pupil_id == Attendance.pupil_id, covers(lessons.c.date, lessons.c.number))
        .where(not_(undecided))
        .order_by(PlannedAbsence.id)
        .limit(1)
        .correlate(lessons, Attendance)
        .scalar_subquery()
    )
