"""A pupil's day at school: lessons with marks and attendance, as the family may know them (U6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Select, Text, and_, case, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceSource, AttendanceStatus, MarkValue
from db.models import (
    Attendance,
    AuditEntry,
    Course,
    CourseGroup,
    Enrolment,
    Lesson,
    LessonTopic,
    Mark,
    Register,
    SubgroupMember,
    Subject,
    Work,
    WorkKind,
)
from db.queries.course_lessons import standing_lessons
from db.queries.periods import in_force


@dataclass(frozen=True, slots=True)
class DiaryMark:
    kind: str
    """Of the work: «контрольная работа»."""
    title: str
    value: MarkValue
    comment: str
    due_on: date | None
    """Of a debt."""


@dataclass(frozen=True, slots=True)
class DiaryLesson:
    number: int
    subject: str
    ends_at: datetime
    topic: str | None
    absence: AttendanceStatus | None
    """None: was there, or nobody may know yet."""
    late_minutes: int | None
    marks: tuple[DiaryMark, ...]


def _courses(pupil_id: int, day: date) -> Select[int]:
    member = exists().where(
        SubgroupMember.course_id == Course.id,
        SubgroupMember.pupil_id == pupil_id,
        in_force(SubgroupMember, day),
    )
    return (
        select(Course.id)
        .join(CourseGroup, CourseGroup.course_id == Course.id)
        .join(Enrolment, Enrolment.group_id == CourseGroup.group_id)
        .where(
            Enrolment.pupil_id == pupil_id,
            in_force(Enrolment, day),
            or_(Course.subgroup.is_(None), member),
        )
    )


def _stood(
    school_id: int, pupil_id: int, day: date, *, now: datetime, undo: timedelta
) -> Select[*tuple[Any, ...]]:
    """What stood last in each cell of the pupil's that day, among what was not a slip; by the history."""
    of_day = (
        select(Work.id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(Lesson.school_id == school_id, Lesson.date == day)
    )
    lines = (
        select(
            AuditEntry.subject_id.label("work_id"),
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.after,
            func.lead(AuditEntry.at)
            .over(partition_by=AuditEntry.subject_id, order_by=(AuditEntry.at, AuditEntry.id))
            .label("until"),
        )
        .where(
            AuditEntry.subject_type == "work",
            AuditEntry.subject_id.in_(of_day),
            AuditEntry.pupil_id == pupil_id,
            AuditEntry.action == "mark.set",
        )
        .subquery("lines")
    )
    return (
        select(lines.c.work_id, lines.c.after)
        .ext(distinct_on(lines.c.work_id))
        .where(lines.c.at <= func.coalesce(lines.c.until, now) - undo)
        .order_by(lines.c.work_id, lines.c.at.desc(), lines.c.id.desc())
    )


async def lessons(
    session: AsyncSession,
    school_id: int,
    pupil_id: int,
    day: date,
    *,
    now: datetime,
    undo: timedelta,
) -> list[DiaryLesson]:
    """The pupil's lessons of a day, in their order.

    An absence is in it when its undo window has closed, or when it was known beforehand. Of every mark it is
    what stood there last for as long as the undo window is.
    """
    found = standing_lessons(school_id, _courses(pupil_id, day), day, day)
    told = or_(
        Attendance.source == AttendanceSource.PLANNED,
        Attendance.alert_at <= now,
        and_(Attendance.status == AttendanceStatus.LATE, Register.taken_at.is_not(None)),
    )
    stood = _stood(school_id, pupil_id, day, now=now, undo=undo).subquery("stood")
    by_history = stood.c.work_id.is_not(None)

    def shown(name: str) -> Any:
        column = getattr(Mark, name)
        return case((by_history, stood.c.after[name].astext), else_=cast(column, Text))

    mark = func.json_build_array(
        WorkKind.name, Work.title, shown("value"), func.coalesce(shown("comment"), ""), shown("due_on")
    )
    marks = (
        select(func.json_agg(aggregate_order_by(mark, Work.position), type_=JSON))
        .select_from(Work)
        .join(WorkKind, WorkKind.id == Work.kind_id)
        .join(Mark, and_(Mark.work_id == Work.id, Mark.pupil_id == pupil_id))
        .outerjoin(stood, stood.c.work_id == Work.id)
        .where(
            Work.lesson_id == found.c.lesson_id,
            shown("value").is_not(None),
            or_(by_history, Mark.set_at <= now - undo),
        )
        .correlate(found)
        .scalar_subquery()
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            found.c.number,
            Subject.name,
            found.c.ends_at,
            LessonTopic.topic,
            Attendance.status,
            Attendance.late_minutes,
            marks,
        )
        .select_from(found)
        .join(Course, Course.id == found.c.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .outerjoin(LessonTopic, LessonTopic.lesson_id == found.c.lesson_id)
        .outerjoin(Register, Register.lesson_id == found.c.lesson_id)
        .outerjoin(
            Attendance,
            and_(
                Attendance.lesson_id == found.c.lesson_id,
                Attendance.pupil_id == pupil_id,
                Attendance.status != AttendanceStatus.PRESENT,
                told,
            ),
        )
        .order_by(found.c.number, Subject.name)
    )
    return [_lesson(*row) for row in await session.execute(statement)]


def _lesson(
    number: int,
    subject: str,
    ends_at: datetime,
    topic: str | None,
    absence: AttendanceStatus | None,
    late_minutes: int | None,
    marks: list[list[Any]] | None,
) -> DiaryLesson:
    given = tuple(_mark(one) for one in marks or ())
    return DiaryLesson(number, subject, ends_at, topic, absence, late_minutes, given)


def _mark(row: list[Any]) -> DiaryMark:
    kind, title, value, comment, due_on = row
    return DiaryMark(kind, title, MarkValue(value), comment, due_on and date.fromisoformat(due_on))
