"""What many pupils' weeks hold beside marks (C2): lessons missed, final marks, and what is ahead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Select,
    and_,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Answer, AttendanceStatus, FinalKind, LessonKind, MarkValue
from db.models import (
    AbsenceDay,
    AbsenceReason,
    Attendance,
    Course,
    CourseGroup,
    CourseTeacher,
    Enrolment,
    FinalMark,
    Homework,
    HomeworkFile,
    HomeworkPupil,
    Lesson,
    LessonTopic,
    PlannedAbsence,
    PlanTopic,
    Register,
    School,
    Slot,
    SubgroupMember,
    Subject,
    Term,
)
from db.queries.courses import DEFAULT_VARIANT
from db.queries.derived import derived_lessons
from db.queries.diary import told_absence
from db.queries.locks import NOW
from db.queries.periods import in_force
from db.queries.planned import covers
from db.queries.plans import grade_of_course
from db.queries.timetable import FORM_WITHOUT_MARKS
from db.queries.week_marks import AS_OF, MONDAY, SCHOOL, SETTLED, WEEK, Span, is_news, seats

_FROM: Any = bindparam("ahead_from", type_=Date)
_TO: Any = bindparam("ahead_to", type_=Date)
_COURSES: Any = bindparam("course_ids", type_=ARRAY(BigInteger))


@dataclass(frozen=True, slots=True)
class MissedRow:
    """A pupil's day with absences or late comings."""

    pupil_id: int
    date: date
    lessons: list[list[Any]]
    """[number, subject, status, late_minutes] as JSON, in their order."""
    answer: Answer | None
    reason: str | None


@cache
def _missed(everybody: bool) -> Select[*tuple[Any, ...]]:
    seat = seats(everybody=everybody)
    # What came after the digest of the week before has its first chance to be told now.
    told_on = cast(func.timezone(School.timezone, seat.c.told_at), Date)
    first = func.coalesce(func.least(MONDAY, told_on + 1), MONDAY)
    planned = (
        select(AbsenceReason.name)
        .join(PlannedAbsence, PlannedAbsence.reason_id == AbsenceReason.id)
        .where(PlannedAbsence.pupil_id == Attendance.pupil_id, covers(Lesson.date, Lesson.number))
        .limit(1)
        .correlate(Attendance, Lesson)
        .scalar_subquery()
    )
    cells = (
        select(
            Attendance.pupil_id,
            Lesson.date,
            Lesson.number,
            Subject.name.label("subject"),
            Attendance.status,
            Attendance.late_minutes,
            case((Attendance.status == AttendanceStatus.ABSENT, planned)).label("planned"),
        )
        .select_from(seat)
        .join(School, School.id == SCHOOL)
        .join(Attendance, Attendance.pupil_id == seat.c.pupil_id)
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .join(Register, Register.lesson_id == Lesson.id)
        .join(Course, Course.id == Lesson.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .where(
            Lesson.school_id == SCHOOL,
            Lesson.date.between(MONDAY - WEEK.days, AS_OF),
            Lesson.date >= first,
            told_absence(NOW),
        )
        .cte("cells")
    )
    lesson = func.jsonb_build_array(cells.c.number, cells.c.subject, cells.c.status, cells.c.late_minutes)
    days = (
        select(
            cells.c.pupil_id,
            cells.c.date,
            func.jsonb_agg(aggregate_order_by(lesson, cells.c.number, cells.c.subject), type_=JSONB).label(
                "lessons"
            ),
            func.min(cells.c.planned).label("planned"),
        )
        .group_by(cells.c.pupil_id, cells.c.date)
        .cte("missed_days")
    )
    return (
        select(
            days.c.pupil_id,
            days.c.date,
            days.c.lessons,
            AbsenceDay.answer,
            func.coalesce(AbsenceReason.name, days.c.planned),
        )
        .select_from(days)
        .outerjoin(AbsenceDay, and_(AbsenceDay.pupil_id == days.c.pupil_id, AbsenceDay.date == days.c.date))
        .outerjoin(AbsenceReason, AbsenceReason.id == AbsenceDay.reason_id)
        .order_by(days.c.pupil_id, days.c.date)
    )


async def missed(session: AsyncSession, span: Span) -> list[MissedRow]:
    """Days on which these pupils missed lessons or came late, as far as the family may know."""
    rows = await session.execute(_missed(span.pupil_ids is None), span.parameters())
    return [MissedRow(*row) for row in rows]


async def missed_lessons(
    session: AsyncSession, pupil_id: int, first: date, last: date, *, now: datetime
) -> dict[date, int]:
    """How many lessons a pupil missed on each of these days, as far as the family may know."""
    rows = await session.execute(
        select(Lesson.date, func.count())
        .select_from(Attendance)
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .join(Register, Register.lesson_id == Lesson.id)
        .where(
            Attendance.pupil_id == pupil_id,
            Attendance.status == AttendanceStatus.ABSENT,
            Lesson.date.between(first, last),
            told_absence(now),
        )
        .group_by(Lesson.date)
    )
    return {day: lessons for day, lessons in rows}


@dataclass(frozen=True, slots=True)
class FinalRow:
    pupil_id: int
    subject: str
    kind: FinalKind
    term: str | None
    value: MarkValue


@cache
def _finals(everybody: bool) -> Select[*tuple[Any, ...]]:
    seat = seats(everybody=everybody)
    return (
        select(FinalMark.pupil_id, Subject.name, FinalMark.kind, Term.name, FinalMark.value)
        .select_from(seat)
        .join(FinalMark, FinalMark.pupil_id == seat.c.pupil_id)
        .join(Subject, Subject.id == FinalMark.subject_id)
        .outerjoin(Term, Term.id == FinalMark.term_id)
        .where(
            seat.c.grade > FORM_WITHOUT_MARKS,
            FinalMark.given_on <= AS_OF,
            FinalMark.set_at <= SETTLED,
            is_news(seat, FinalMark.given_on, FinalMark.set_at),
        )
        .order_by(FinalMark.pupil_id, Subject.name, FinalMark.id)
    )


async def finals(session: AsyncSession, span: Span) -> list[FinalRow]:
    """Final marks that are news of this week, by subject."""
    rows = await session.execute(_finals(span.pupil_ids is None), span.parameters())
    return [FinalRow(*row) for row in rows]


def _in_subgroup(pupil_id: Any, day: Any) -> ColumnElement[bool]:
    """The pupil sits in the lessons of `course` on that day, as far as subgroups go."""
    member = (
        exists()
        .where(
            SubgroupMember.course_id == Course.id,
            SubgroupMember.pupil_id == pupil_id,
            in_force(SubgroupMember, day),
        )
        .correlate_except(SubgroupMember)
    )
    return or_(Course.subgroup.is_(None), member)


@dataclass(frozen=True, slots=True)
class TaskRow:
    pupil_id: int
    due_on: date
    subject: str
    text: str
    has_files: bool


@cache
def _homework(everybody: bool) -> Select[*tuple[Any, ...]]:
    seat = seats(everybody=everybody)
    due = (
        select(Homework.id, Homework.lesson_id, Homework.for_everyone)
        .where(
            Homework.school_id == SCHOOL,
            Homework.due_on.between(_FROM, _TO),
            Homework.set_at <= SETTLED,
            Homework.withdrawn_at.is_(None),
        )
        .cte("due")
    )
    for_all = (
        select(due.c.id.label("homework_id"), Enrolment.pupil_id)
        .select_from(due)
        .join(Lesson, Lesson.id == due.c.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .join(CourseGroup, CourseGroup.course_id == Course.id)
        .join(Enrolment, Enrolment.group_id == CourseGroup.group_id)
        .where(
            due.c.for_everyone,
            in_force(Enrolment, Lesson.__table__.c.date),
            _in_subgroup(Enrolment.pupil_id, Lesson.date),
        )
    )
    named = select(due.c.id, HomeworkPupil.pupil_id).join(
        HomeworkPupil, HomeworkPupil.homework_id == due.c.id
    )
    whose = union(for_all, named).subquery("whose")
    nearest = func.min(Homework.due_on).over(partition_by=seat.c.pupil_id).label("nearest")
    tasks = (
        select(
            seat.c.pupil_id,
            Homework.due_on,
            Subject.name.label("subject"),
            Homework.text,
            exists().where(HomeworkFile.homework_id == Homework.id).label("has_files"),
            Homework.id,
            Homework.due_number,
            nearest,
        )
        .select_from(seat)
        .join(whose, whose.c.pupil_id == seat.c.pupil_id)
        .join(Homework, Homework.id == whose.c.homework_id)
        .join(Lesson, Lesson.id == Homework.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .subquery("tasks")
    )
    return (
        select(tasks.c.pupil_id, tasks.c.due_on, tasks.c.subject, tasks.c.text, tasks.c.has_files)
        .where(tasks.c.due_on == tasks.c.nearest)
        .order_by(tasks.c.pupil_id, tasks.c.due_number, tasks.c.subject, tasks.c.id)
    )


async def homework(session: AsyncSession, span: Span, first: date, last: date) -> list[TaskRow]:
    """What is to be done by the nearest of these days by which a pupil has anything to do."""
    statement = _homework(span.pupil_ids is None)
    rows = await session.execute(statement, span.parameters() | {"ahead_from": first, "ahead_to": last})
    return [TaskRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class ControlRow:
    pupil_id: int
    date: date
    subject: str
    topic: str


_SLOTS = Slot.course_id == any_(_COURSES)


@cache
def _controls(everybody: bool) -> Select[*tuple[Any, ...]]:
    seat = seats(everybody=everybody)
    last_taught = (
        select(Lesson.course_id, func.max(PlanTopic.number).label("number"))
        .join(LessonTopic, LessonTopic.lesson_id == Lesson.id)
        .join(PlanTopic, PlanTopic.id == LessonTopic.plan_topic_id)
        .where(Lesson.course_id == any_(_COURSES))
        .group_by(Lesson.course_id)
        .cte("last_taught")
        .prefix_with("MATERIALIZED")
    )
    variant = (
        select(func.min(CourseTeacher.plan_variant))
        .where(CourseTeacher.course_id == Course.id, in_force(CourseTeacher, _FROM))
        .correlate(Course)
        .scalar_subquery()
    )
    plan = (
        select(
            Course.id.label("course_id"),
            PlanTopic.topic,
            PlanTopic.kind,
            func.row_number().over(partition_by=Course.id, order_by=PlanTopic.number).label("nth"),
        )
        .join(
            PlanTopic,
            and_(
                PlanTopic.year_id == Course.year_id,
                PlanTopic.subject_id == Course.subject_id,
                PlanTopic.grade == grade_of_course(),
                PlanTopic.variant == func.coalesce(variant, DEFAULT_VARIANT),
            ),
        )
        .outerjoin(last_taught, last_taught.c.course_id == Course.id)
        .where(
            Course.id == any_(_COURSES),
            PlanTopic.number > func.coalesce(last_taught.c.number, 0),
        )
        .cte("plan")
        .prefix_with("MATERIALIZED")
    )
    # Today's lessons that are not over take rows of the plan too.
    derived = derived_lessons(SCHOOL, _FROM - 1, _TO, _SLOTS)
    has_topic = (
        exists()
        .where(
            LessonTopic.lesson_id == Lesson.id,
            Lesson.course_id == derived.c.course_id,
            Lesson.date == derived.c.date,
            Lesson.number == derived.c.number,
        )
        .correlate(derived)
    )
    coming = (
        select(
            derived.c.course_id,
            derived.c.date,
            func.row_number()
            .over(partition_by=derived.c.course_id, order_by=(derived.c.date, derived.c.number))
            .label("nth"),
        )
        .where(or_(derived.c.date >= _FROM, and_(derived.c.ends_at > NOW, ~has_topic)))
        .cte("coming")
        .prefix_with("MATERIALIZED")
    )
    # By itself first: there are few, and PostgreSQL would expect fewer still and look through them per pupil.
    announced = (
        select(coming.c.course_id, coming.c.date, plan.c.topic)
        .join(plan, and_(plan.c.course_id == coming.c.course_id, plan.c.nth == coming.c.nth))
        .where(plan.c.kind == LessonKind.CONTROL, coming.c.date >= _FROM)
        .cte("announced")
        .prefix_with("MATERIALIZED")
    )
    return (
        select(seat.c.pupil_id, announced.c.date, Subject.name, announced.c.topic)
        .select_from(announced)
        .join(Course, Course.id == announced.c.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .join(CourseGroup, CourseGroup.course_id == Course.id)
        .join(seat, seat.c.group_id == CourseGroup.group_id)
        .where(seat.c.grade > FORM_WITHOUT_MARKS, _in_subgroup(seat.c.pupil_id, announced.c.date))
        .order_by(seat.c.pupil_id, announced.c.date, Subject.name)
    )


async def controls(
    session: AsyncSession, span: Span, course_ids: Collection[int], first: date, last: date
) -> list[ControlRow]:
    """Control works of these days, by day: the lessons of the timetable are given the rows of the plan that
    come after the last one taught, as a teacher is proposed them."""
    values = {"course_ids": list(course_ids), "ahead_from": first, "ahead_to": last}
    rows = await session.execute(_controls(span.pupil_ids is None), span.parameters() | values)
    return [ControlRow(*row) for row in rows]


async def courses_of(session: AsyncSession, group_ids: Collection[int]) -> list[int]:
    """Ids of the courses of these classes."""
    return list(
        await session.scalars(
            select(CourseGroup.course_id).distinct().where(CourseGroup.group_id.in_(group_ids))
        )
    )


@cache
def _last_days() -> Select[int, date]:
    derived = derived_lessons(SCHOOL, MONDAY, AS_OF, _SLOTS)
    return (
        select(CourseGroup.group_id, func.max(derived.c.date))
        .join(derived, derived.c.course_id == CourseGroup.course_id)
        .group_by(CourseGroup.group_id)
    )


async def last_days(session: AsyncSession, span: Span, course_ids: Collection[int]) -> dict[int, date]:
    """The last day of the week so far on which the timetable has a lesson, by class."""
    rows = await session.execute(_last_days(), span.parameters() | {"course_ids": list(course_ids)})
    return {group_id: day for group_id, day in rows}
