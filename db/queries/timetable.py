"""Lessons of days as rows: made and kept up by the timetable until their register is begun (S1-S5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    Row,
    Select,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import LessonKind
from db.models import (
    Attendance,
    Course,
    CourseGroup,
    Enrolment,
    Group,
    Homework,
    Lesson,
    LessonTopic,
    Mark,
    Register,
    Slot,
    SubgroupMember,
    Subject,
    Substitution,
    Work,
)
from db.queries.derived import derived_lessons
from db.queries.periods import in_force

FORM_WITHOUT_MARKS = 1
"""U7."""


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson as a teacher's day shows it; times are aware."""

    lesson_id: int
    course_id: int
    date: date
    number: int
    starts_at: datetime
    ends_at: datetime
    subject: str
    groups: str
    """«7Б», or «10А+11А» for a combined lesson."""
    subgroup: str | None
    rooms: list[str]
    teacher_id: int
    substitute_id: int | None
    taken_at: datetime | None
    marked: int
    """Pupils who stand as absent or late in the register so far."""
    topic: str | None
    topic_kind: LessonKind | None
    tasks: int
    """Homework set in the lesson and not withdrawn."""
    no_homework: bool
    """The teacher said that nothing is set."""
    marks: int
    """Cells of its works that are filled."""
    has_marks: bool
    """Somebody in it is beyond form 1, where no marks are given (U7)."""


def substitute_of(course_id: Any, day: Any, number: Any) -> ColumnElement[int | None]:
    """Who gives this lesson instead of its teacher, if anybody (S5)."""
    return (
        select(Substitution.substitute_id)
        .where(
            Substitution.course_id == course_id,
            Substitution.date == day,
            Substitution.number == number,
            Substitution.revoked_at.is_(None),
        )
        .scalar_subquery()
    )


def group_names(course_id: Any) -> ColumnElement[str]:
    return (
        select(func.string_agg(Group.name, aggregate_order_by(literal("+"), Group.grade, Group.name)))
        .join(CourseGroup, CourseGroup.group_id == Group.id)
        .where(CourseGroup.course_id == course_id)
        .scalar_subquery()
    )


def lesson_columns() -> Select[*tuple[Any, ...]]:
    """The columns of LessonRow from lesson and what hangs on it."""
    marked = (
        select(func.count())
        .where(Attendance.lesson_id == Lesson.id, Attendance.status != "present")
        .correlate(Lesson)
        .scalar_subquery()
    )
    tasks = (
        select(func.count())
        .where(Homework.lesson_id == Lesson.id, Homework.withdrawn_at.is_(None))
        .correlate(Lesson)
        .scalar_subquery()
    )
    marks = (
        select(func.count())
        .select_from(Mark)
        .join(Work, Work.id == Mark.work_id)
        .where(Work.lesson_id == Lesson.id, Mark.value.is_not(None))
        .correlate(Lesson)
        .scalar_subquery()
    )
    graded = (
        exists()
        .where(
            CourseGroup.course_id == Lesson.course_id,
            CourseGroup.group_id == Group.id,
            Group.grade > FORM_WITHOUT_MARKS,
        )
        .correlate(Lesson)
    )
    return (
        select(
            Lesson.id.label("lesson_id"),
            Lesson.course_id,
            Lesson.date,
            Lesson.number,
            Lesson.starts_at,
            Lesson.ends_at,
            Subject.name.label("subject"),
            group_names(Lesson.course_id).label("groups"),
            Course.subgroup,
            Lesson.rooms,
            Lesson.teacher_id,
            substitute_of(Lesson.course_id, Lesson.date, Lesson.number).label("substitute_id"),
            Register.taken_at,
            marked.label("marked"),
            LessonTopic.topic,
            LessonTopic.kind.label("topic_kind"),
            tasks.label("tasks"),
            Register.no_homework_at.is_not(None).label("no_homework"),
            marks.label("marks"),
            graded.label("has_marks"),
        )
        .join(Course, Course.id == Lesson.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .outerjoin(Register, Register.lesson_id == Lesson.id)
        .outerjoin(LessonTopic, LessonTopic.lesson_id == Lesson.id)
    )


def _row(row: Row[Any]) -> LessonRow:
    return LessonRow(**row._mapping)


async def lessons(
    session: AsyncSession,
    school_id: int,
    first: date,
    last: date,
    *,
    teacher_id: int | None = None,
    group_id: int | None = None,
    course_id: int | None = None,
) -> list[LessonRow]:
    """Lessons of the days from `first` to `last`: of a teacher (substitutions considered), a class, a course.

    A lesson's row is made, or brought up to the timetable while it has no register yet, before it is read.
    Lessons with a register stay even when the timetable has changed since.
    """
    whose = {"teacher": teacher_id, "group": group_id, "course": course_id}
    given = {name: value for name, value in whose.items() if value is not None}
    return await _lessons(session, school_id, first, last, **given)


async def lesson_at(
    session: AsyncSession, school_id: int, course_id: int, day: date, number: int
) -> LessonRow | None:
    """The lesson of a course by day and number, if the timetable has it or a register was begun for it."""
    rows = await _lessons(session, school_id, day, day, course=course_id, nth=number)
    return rows[0] if rows else None


async def _lessons(
    session: AsyncSession, school_id: int, first: date, last: date, **whose: int
) -> list[LessonRow]:
    bring_up_to_timetable, read = _statements(frozenset(whose))
    values = {"school": school_id, "first": first, "last": last, **whose}
    await session.execute(bring_up_to_timetable, values)
    return [_row(row) for row in await session.execute(read, values)]


async def bring_up(session: AsyncSession, school_id: int, first: date, last: date) -> None:
    """Make the rows of all lessons from `first` to `last`, or bring them up to the timetable."""
    bring_up_to_timetable, _ = _statements(frozenset())
    await session.execute(bring_up_to_timetable, {"school": school_id, "first": first, "last": last})


async def lesson(session: AsyncSession, school_id: int, lesson_id: int) -> LessonRow | None:
    """One lesson of the school."""
    rows = await session.execute(_one_lesson(), {"school": school_id, "lesson": lesson_id})
    row = rows.one_or_none()
    return _row(row) if row else None


def _id(name: str) -> Any:
    return bindparam(name, type_=BigInteger)


_FIRST: Any = bindparam("first", type_=Date)
_LAST: Any = bindparam("last", type_=Date)


@cache
def _one_lesson() -> Select[*tuple[Any, ...]]:
    return lesson_columns().where(Lesson.school_id == _id("school"), Lesson.id == _id("lesson"))


@cache
def _statements(whose: frozenset[str]) -> tuple[Select[Any], Select[*tuple[Any, ...]]]:
    """What brings lessons up to the timetable, and what reads them. `whose` names the parameters beside
    school, first and last: teacher, group, course, nth. Made once: making takes longer than running."""
    slots = _of(Slot, whose)
    substituted = select(Substitution.course_id).where(
        Substitution.substitute_id == _id("teacher"), Substitution.date.between(_FIRST, _LAST)
    )
    if "teacher" in whose:
        # An array: PostgreSQL would expect an IN after an OR to fit half of the timetable.
        slots = or_(slots, Slot.course_id == any_(func.array(substituted.scalar_subquery())))
    derived = derived_lessons(_id("school"), _FIRST, _LAST, slots)
    planned = select(derived)
    if "teacher" in whose:
        substitute = substitute_of(derived.c.course_id, derived.c.date, derived.c.number)
        planned = planned.where(or_(derived.c.teacher_id == _id("teacher"), substitute == _id("teacher")))
    lessons = planned.cte("planned")
    return _bring_up_to_timetable(lessons), _read(lessons, _of(Lesson, whose))


def _of(rows: type[Slot] | type[Lesson], whose: frozenset[str]) -> ColumnElement[bool]:
    of_group = select(CourseGroup.course_id).where(CourseGroup.group_id == _id("group"))
    conditions = {
        "teacher": rows.teacher_id == _id("teacher"),
        "group": rows.course_id.in_(of_group),
        "course": rows.course_id == _id("course"),
        "nth": rows.number == _id("nth"),
    }
    return and_(true(), *(conditions[name] for name in sorted(whose)))


def _bring_up_to_timetable(planned: CTE) -> Select[Any]:
    columns = ("course_id", "teacher_id", "date", "number", "rooms", "starts_at", "ends_at")
    old = aliased(Lesson)
    missing_or_moved = select(_id("school"), *(planned.c[name] for name in columns)).where(
        not_(
            exists().where(
                *(getattr(old, name) == planned.c[name] for name in columns),
            )
        )
    )
    statement = insert(Lesson).from_select(["school_id", *columns], missing_or_moved)
    written = statement.on_conflict_do_update(
        index_elements=["course_id", "date", "number"],
        set_={name: statement.excluded[name] for name in ("teacher_id", "rooms", "starts_at", "ends_at")},
        # By name: SQLAlchemy does not correlate with the table of an INSERT and would name it anew.
        where=not_(exists().where(Register.lesson_id == literal_column("lesson.id"))),
    )
    # The parameters of an INSERT would be taken for its columns.
    return select(true()).add_cte(written.cte("written"))


def _read(planned: CTE, kept: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Lessons that are planned, and those with a register that fit `kept`."""
    still_planned = select(Lesson.id).join(
        planned,
        and_(
            planned.c.course_id == Lesson.course_id,
            planned.c.date == Lesson.date,
            planned.c.number == Lesson.number,
        ),
    )
    registered = (
        select(Lesson.id)
        .join(Register, Register.lesson_id == Lesson.id)
        .where(Lesson.school_id == _id("school"), Lesson.date.between(_FIRST, _LAST), kept)
    )
    shown = union(still_planned, registered).subquery("shown")
    return (
        lesson_columns()
        .join(shown, shown.c.id == Lesson.id)
        .order_by(Lesson.starts_at, Lesson.number, Lesson.id)
    )


async def group_ids_of(session: AsyncSession, course_id: int) -> frozenset[int]:
    rows = await session.scalars(select(CourseGroup.group_id).where(CourseGroup.course_id == course_id))
    return frozenset(rows)


def roster(course_id: Any, day: Any) -> Select[int, int | None]:
    """Pupils of a lesson: enrolled that day in its classes and, in a subgroup, members of it (S2).

    Columns: pupil_id, number (in the class list).
    """
    member = (
        exists()
        .where(
            SubgroupMember.course_id == Course.id,
            SubgroupMember.pupil_id == Enrolment.pupil_id,
            in_force(SubgroupMember, day),
        )
        .correlate_except(SubgroupMember)
    )
    return (
        select(Enrolment.pupil_id, Enrolment.number)
        .join(CourseGroup, CourseGroup.group_id == Enrolment.group_id)
        .join(Course, Course.id == CourseGroup.course_id)
        .where(
            CourseGroup.course_id == course_id,
            in_force(Enrolment, day),
            or_(Course.subgroup.is_(None), member),
        )
    )
