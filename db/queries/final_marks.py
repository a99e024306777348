"""Final marks (J8): the periods of a course, and the page of one with all its pupils."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import FinalKind, MarkValue
from db.models import (
    Course,
    CourseGroup,
    Enrolment,
    FinalMark,
    Group,
    Lesson,
    Mark,
    Person,
    School,
    SchoolYear,
    Term,
    Work,
    WorkKind,
)
from db.queries.courses import CourseRow
from db.queries.locks import finals_unlocked, setting, today
from db.queries.names import full_name
from db.queries.periods import in_force
from db.queries.timetable import FORM_WITHOUT_MARKS, roster


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """What final marks of a course are for: a term of its classes, the year, the exam."""

    kind: FinalKind
    term_id: int | None
    name: str
    """Of the term, or of the year («2026/2027»)."""
    starts_on: date
    ends_on: date
    opens_on: date
    """The first day on which its marks may be given."""
    closes_on: date
    """The last one (J8)."""
    early: bool
    """That first day has not come."""
    late: bool
    """The last one is over."""
    unlocked: bool
    """A deputy has opened it (J5)."""
    given: int
    """Final marks that stand on the course's page."""

    @property
    def open(self) -> bool:
        """Its marks may be given now."""
        return not self.early and (self.unlocked or not self.late)


OPENS_DAYS = 14
"""Final marks may be given in the last days of their period; no regulation states how many. An exam's may be
given all the year: its day is the institution's."""


def of_course_with_marks(course_id: Any) -> ColumnElement[bool]:
    """`term` is a term of a class of the course in which marks are given (U7)."""
    return (
        exists()
        .where(
            CourseGroup.course_id == course_id,
            Group.id == CourseGroup.group_id,
            Group.grade > FORM_WITHOUT_MARKS,
            or_(Term.grades.is_(None), Group.grade == any_(Term.grades)),
        )
        .correlate_except(CourseGroup, Group)
    )


async def periods(
    session: AsyncSession, course: CourseRow, *, now: datetime, final_mark_days_by_preset: Mapping[str, int]
) -> list[PeriodRow]:
    """Terms in their order, then the year, then the exam. None for a course of form 1 alone."""
    terms = select(
        literal(FinalKind.TERM.value).label("kind"),
        Term.id.label("term_id"),
        Term.name,
        Term.starts_on,
        Term.ends_on,
        (Term.ends_on - (OPENS_DAYS - 1)).label("opens_on"),
        Term.school_id,
        literal(0).label("place"),
    ).where(Term.year_id == course.year_id, of_course_with_marks(course.course_id))
    has_marks = exists().where(
        CourseGroup.course_id == course.course_id,
        Group.id == CourseGroup.group_id,
        Group.grade > FORM_WITHOUT_MARKS,
    )

    def of_year(kind: FinalKind, place: int) -> Select[*tuple[Any, ...]]:
        return select(
            literal(kind.value),
            cast(null(), BigInteger),
            SchoolYear.name,
            SchoolYear.starts_on,
            SchoolYear.ends_on,
            SchoolYear.starts_on if kind is FinalKind.EXAM else SchoolYear.ends_on - (OPENS_DAYS - 1),
            SchoolYear.school_id,
            literal(place),
        ).where(SchoolYear.id == course.year_id, has_marks)

    period = union_all(terms, of_year(FinalKind.YEAR, 1), of_year(FinalKind.EXAM, 2)).subquery("period")
    given = (
        select(func.count())
        .where(
            FinalMark.course_id == course.course_id,
            cast(FinalMark.kind, Text) == period.c.kind,
            FinalMark.term_id.is_not_distinct_from(period.c.term_id),
        )
        .correlate(period)
        .scalar_subquery()
    )
    closes_on = period.c.ends_on + setting("final_mark_days")
    moment = bindparam("now", type_=DateTime(timezone=True))
    rows = await session.execute(
        select(
            period.c.kind,
            period.c.term_id,
            period.c.name,
            period.c.starts_on,
            period.c.ends_on,
            period.c.opens_on,
            closes_on,
            today(moment) < period.c.opens_on,
            today(moment) > closes_on,
            finals_unlocked(course.course_id, period.c.term_id, moment),
            given,
        )
        .join(School, School.id == period.c.school_id)
        .order_by(period.c.place, period.c.starts_on),
        {"now": now, "final_mark_days_by_preset": dict(final_mark_days_by_preset)},
    )
    return [PeriodRow(FinalKind(row[0]), *row[1:]) for row in rows]


@dataclass(frozen=True, slots=True)
class PupilRow:
    """A pupil of the page with all that a proposal is made of, as it stands in the database."""

    pupil_id: int
    last_name: str
    first_name: str
    middle_name: str
    number: int | None
    """In the class list."""
    marks: list[list[Any]]
    """[value, weight, date, kind of work, title, due_on] as JSON, in the order of lessons."""
    terms: list[list[Any]]
    """For the year: [name, value or None, enrolled when it ended] as JSON, in the order of terms."""
    exam: MarkValue | None
    """For the year."""
    final_id: int | None
    value: MarkValue | None
    comment: str | None
    average: Decimal | None
    counted: int | None
    given_by: str | None
    set_at: datetime | None


async def pupils(session: AsyncSession, course: CourseRow, period: PeriodRow, *, day: date) -> list[PupilRow]:
    """The pupils of a course on `day` by name, with their marks and final marks, in one statement.

    The marks are those of the subject in the period, from whichever of its courses: a pupil who has moved to
    another subgroup or class brings them along (S2, S6).
    """
    roll = (
        roster(course.course_id, day)
        .join(Group, Group.id == Enrolment.group_id)
        .where(Group.grade > FORM_WITHOUT_MARKS)
        .cte("roll")
    )
    giver = aliased(Person)
    of_year = period.kind is FinalKind.YEAR
    statement: Select[*tuple[Any, ...]] = (
        select(
            roll.c.pupil_id,
            Person.last_name,
            Person.first_name,
            Person.middle_name,
            roll.c.number,
            _marks(roll, course, period) if period.kind is FinalKind.TERM else _NOTHING,
            _terms(roll, course) if of_year else _NOTHING,
            _exam(roll, course) if of_year else null(),
            FinalMark.id,
            FinalMark.value,
            FinalMark.comment,
            FinalMark.average,
            FinalMark.marks,
            full_name(giver),
            FinalMark.set_at,
        )
        .select_from(roll)
        .join(Person, Person.id == roll.c.pupil_id)
        .outerjoin(
            FinalMark,
            and_(
                FinalMark.pupil_id == roll.c.pupil_id,
                FinalMark.subject_id == course.subject_id,
                FinalMark.year_id == course.year_id,
                FinalMark.kind == period.kind,
                FinalMark.term_id.is_not_distinct_from(period.term_id),
            ),
        )
        .outerjoin(giver, giver.id == FinalMark.set_by)
        .order_by(Person.sort_key, Person.id)
    )
    return [PupilRow(*row) for row in await session.execute(statement)]


_NOTHING = func.jsonb_build_array(type_=JSONB)


def _all(query: Any, *columns: Any, order: Sequence[Any]) -> ColumnElement[Any]:
    row = func.jsonb_build_array(*columns, type_=JSONB)
    rows = func.jsonb_agg(aggregate_order_by(row, *order), type_=JSONB)
    return func.coalesce(query.with_only_columns(rows).scalar_subquery(), _NOTHING, type_=JSONB)


def _marks(roll: CTE, course: CourseRow, period: PeriodRow) -> ColumnElement[Any]:
    """Collected for all pupils at once, from the lessons of the subject in their classes: a pupil's marks of
    all subjects and days are many more."""
    row = func.jsonb_build_array(
        *(Mark.value, cast(Work.weight, Text), Lesson.date, WorkKind.short_name, Work.title, Mark.due_on),
        type_=JSONB,
    )
    in_order = aggregate_order_by(row, Lesson.date, Lesson.number, Work.position)
    pupils = select(roll.c.pupil_id)
    courses = (
        select(Course.id)
        .join(CourseGroup, CourseGroup.course_id == Course.id)
        .join(Enrolment, Enrolment.group_id == CourseGroup.group_id)
        .where(
            Course.subject_id == course.subject_id,
            Course.year_id == course.year_id,
            Enrolment.pupil_id.in_(pupils),
        )
    )
    of_pupils = (
        select(Mark.pupil_id, func.jsonb_agg(in_order, type_=JSONB).label("marks"))
        .join(Work, Work.id == Mark.work_id)
        .join(WorkKind, WorkKind.id == Work.kind_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .where(
            Mark.pupil_id.in_(pupils),
            Mark.value.is_not(None),
            Lesson.course_id == any_(func.array(courses.scalar_subquery())),
            Lesson.date.between(period.starts_on, period.ends_on),
        )
        .group_by(Mark.pupil_id)
        .cte("of_pupils")
        .prefix_with("MATERIALIZED")
    )
    own = select(of_pupils.c.marks).where(of_pupils.c.pupil_id == roll.c.pupil_id).correlate(roll)
    return func.coalesce(own.scalar_subquery(), _NOTHING, type_=JSONB)


def _terms(roll: Any, course: CourseRow) -> ColumnElement[Any]:
    last_day: Any = Term.ends_on
    enrolled = (
        exists()
        .where(
            Enrolment.pupil_id == roll.c.pupil_id,
            Enrolment.group_id == Group.id,
            Group.year_id == course.year_id,
            in_force(Enrolment, last_day),
        )
        .correlate_except(Enrolment, Group)
    )
    query = (
        select(Term)
        .outerjoin(
            FinalMark,
            and_(
                FinalMark.term_id == Term.id,
                FinalMark.pupil_id == roll.c.pupil_id,
                FinalMark.subject_id == course.subject_id,
            ),
        )
        .where(Term.year_id == course.year_id, of_course_with_marks(course.course_id))
        .correlate(roll)
    )
    return _all(query, Term.name, FinalMark.value, enrolled, order=(Term.starts_on,))


def _exam(roll: Any, course: CourseRow) -> ColumnElement[MarkValue | None]:
    exam = aliased(FinalMark)
    return (
        select(exam.value)
        .where(
            exam.pupil_id == roll.c.pupil_id,
            exam.subject_id == course.subject_id,
            exam.year_id == course.year_id,
            exam.kind == FinalKind.EXAM,
        )
        .correlate(roll)
        .scalar_subquery()
    )
