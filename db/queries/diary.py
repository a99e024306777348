"""A pupil's days at school: lessons with marks and attendance, as the family may know them (U6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CTE, JSON, ColumnElement, Select, Text, and_, any_, case, cast, func, or_, select
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
    Person,
    Register,
    Subject,
    Substitution,
    Work,
    WorkKind,
)
from db.queries.course_lessons import standing_lessons
from db.queries.exemptions import exempt
from db.queries.periods import not_ended
from db.queries.timetable import roster


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
class Substitute:
    last_name: str
    first_name: str
    middle_name: str


@dataclass(frozen=True, slots=True)
class DiaryLesson:
    date: date
    number: int
    subject: str
    starts_at: datetime
    ends_at: datetime
    rooms: tuple[str, ...]
    substitute: Substitute | None
    """Who gives it instead of its teacher (S5)."""
    topic: str | None
    absence: AttendanceStatus | None
    """None: was there, or nobody may know yet."""
    late_minutes: int | None
    marks: tuple[DiaryMark, ...]
    is_exempt: bool
    """The pupil need not do the subject on this day (J7)."""


def pupil_courses(pupil_id: int, first: date, last: date) -> Select[int]:
    """Courses of the classes that the pupil is in on one of these days, subgroups of others included."""
    return (
        select(CourseGroup.course_id)
        .join(Enrolment, Enrolment.group_id == CourseGroup.group_id)
        .where(Enrolment.pupil_id == pupil_id, Enrolment.starts_on <= last, not_ended(Enrolment, first))
    )


def attends(pupil_id: int, lessons: CTE | type[Lesson]) -> ColumnElement[bool]:
    """The pupil is in the lesson's class, and subgroup, on its day. `lessons` has course_id and date."""
    columns = lessons if isinstance(lessons, type) else lessons.c
    theirs = roster(columns.course_id, columns.date).where(Enrolment.pupil_id == pupil_id)
    return theirs.correlate(lessons).exists()


def own_lessons(school_id: int, pupil_id: int, first: date, last: date) -> CTE:
    """The pupil's lessons, by the classes and subgroups of each day; columns as of `standing_lessons`."""
    found = standing_lessons(school_id, pupil_courses(pupil_id, first, last), first, last)
    return select(found).where(attends(pupil_id, found)).cte("own_lessons")


def known_marks(pupil_id: int, first: date, last: date, *, now: datetime, undo: timedelta) -> CTE:
    """The pupil's marks of the lessons of these days, as the family may know them: what stood in a cell last
    for as long as the undo window is. Columns: work_id, value, comment, due_on (text as in the history)."""
    # Their days are asked for afterwards: a plan for any days would begin with all the school's lessons.
    of_pupil = (
        select(
            Mark.work_id,
            cast(Mark.value, Text).label("value"),
            Mark.comment,
            cast(Mark.due_on, Text).label("due_on"),
            Mark.set_at,
            Lesson.date,
        )
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(Mark.pupil_id == pupil_id)
        .cte("of_pupil")
        .prefix_with("MATERIALIZED")
    )
    cells = select(of_pupil).where(of_pupil.c.date.between(first, last)).cte("cells")
    stood = _stood(pupil_id, select(cells.c.work_id), now=now, undo=undo).cte("stood")
    by_history = stood.c.work_id.is_not(None)

    def shown(name: str) -> Any:
        return case((by_history, stood.c.after[name].astext), else_=cells.c[name])

    return (
        select(
            cells.c.work_id,
            shown("value").label("value"),
            func.coalesce(shown("comment"), "").label("comment"),
            shown("due_on").label("due_on"),
        )
        .outerjoin(stood, stood.c.work_id == cells.c.work_id)
        .where(shown("value").is_not(None), or_(by_history, cells.c.set_at <= now - undo))
        .cte("known")
    )


def _stood(pupil_id: int, works: Select[int], *, now: datetime, undo: timedelta) -> Select[*tuple[Any, ...]]:
    """What stood last in each of the pupil's cells, among what was not a slip; by the history."""
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
            AuditEntry.subject_id == any_(func.array(works.scalar_subquery())),
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


def told_absence(now: datetime) -> ColumnElement[bool]:
    """The family may know of this cell: its undo window has closed, or it was known beforehand. Needs
    `attendance` and `register`."""
    return and_(
        Attendance.status != AttendanceStatus.PRESENT,
        or_(
            Attendance.source == AttendanceSource.PLANNED,
            Attendance.alert_at <= now,
            and_(Attendance.status == AttendanceStatus.LATE, Register.taken_at.is_not(None)),
        ),
    )


async def lesson_days(
    session: AsyncSession, school_id: int, pupil_id: int, first: date, last: date
) -> list[date]:
    """The days on which the pupil has lessons, in their order."""
    own = own_lessons(school_id, pupil_id, first, last)
    return list(await session.scalars(select(own.c.date).distinct().order_by(own.c.date)))


async def lessons(
    session: AsyncSession,
    school_id: int,
    pupil_id: int,
    first: date,
    last: date,
    *,
    now: datetime,
    undo: timedelta,
) -> list[DiaryLesson]:
    """The pupil's lessons of these days, in their order, with what the family may know of them."""
    own = own_lessons(school_id, pupil_id, first, last)
    known = known_marks(pupil_id, first, last, now=now, undo=undo)
    mark = func.json_build_array(
        WorkKind.name, Work.title, known.c.value, known.c.comment, known.c.due_on, type_=JSON
    )
    marks = (
        select(func.json_agg(aggregate_order_by(mark, Work.position), type_=JSON))
        .select_from(known)
        .join(Work, Work.id == known.c.work_id)
        .join(WorkKind, WorkKind.id == Work.kind_id)
        .where(Work.lesson_id == own.c.lesson_id)
        .correlate(own)
        .scalar_subquery()
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            own.c.date,
            own.c.number,
            Subject.name,
            own.c.starts_at,
            own.c.ends_at,
            own.c.rooms,
            Person.last_name,
            Person.first_name,
            Person.middle_name,
            LessonTopic.topic,
            Attendance.status,
            Attendance.late_minutes,
            marks,
            exempt(pupil_id, own.c.course_id, own.c.date),
        )
        .select_from(own)
        .join(Course, Course.id == own.c.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .outerjoin(
            Substitution,
            and_(
                Substitution.course_id == own.c.course_id,
                Substitution.date == own.c.date,
                Substitution.number == own.c.number,
                Substitution.revoked_at.is_(None),
            ),
        )
        .outerjoin(Person, Person.id == Substitution.substitute_id)
        .outerjoin(LessonTopic, LessonTopic.lesson_id == own.c.lesson_id)
        .outerjoin(Register, Register.lesson_id == own.c.lesson_id)
        .outerjoin(
            Attendance,
            and_(
                Attendance.lesson_id == own.c.lesson_id,
                Attendance.pupil_id == pupil_id,
                told_absence(now),
            ),
        )
        .order_by(own.c.date, own.c.number, Subject.name)
    )
    return [_lesson(*row) for row in await session.execute(statement)]


def _lesson(
    day: date,
    number: int,
    subject: str,
    starts_at: datetime,
    ends_at: datetime,
    rooms: list[str],
    last_name: str | None,
    first_name: str,
    middle_name: str,
    topic: str | None,
    absence: AttendanceStatus | None,
    late_minutes: int | None,
    marks: list[list[Any]] | None,
    is_exempt: bool,
) -> DiaryLesson:
    substitute = None if last_name is None else Substitute(last_name, first_name, middle_name)
    given = tuple(_mark(one) for one in marks or ())
    return DiaryLesson(
        *(day, number, subject, starts_at, ends_at, tuple(rooms), substitute),
        *(topic, absence, late_minutes, given, is_exempt),
    )


def _mark(row: list[Any]) -> DiaryMark:
    kind, title, value, comment, due_on = row
    return DiaryMark(kind, title, MarkValue(value), comment, due_on and date.fromisoformat(due_on))
