"""Whose week is computed, and the marks of many pupils' weeks in one statement (C2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Interval,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import MarkValue
from db.models import (
    AuditEntry,
    Course,
    Digest,
    Enrolment,
    Group,
    Lesson,
    Mark,
    Person,
    SchoolYear,
    Subject,
    Term,
    Work,
    WorkKind,
)
from db.queries.locks import NOW
from db.queries.periods import in_force
from db.queries.timetable import FORM_WITHOUT_MARKS

SCHOOL: Any = bindparam("school_id", type_=BigInteger)
MONDAY: Any = bindparam("monday", type_=Date)
AS_OF: Any = bindparam("as_of", type_=Date)
"""The last day of the week that has come."""
SETTLED: Any = bindparam("settled", type_=DateTime(timezone=True))
"""What was written later is still in its undo window."""
UNDO: Any = bindparam("undo", type_=Interval)
_FIRST: Any = bindparam("first", type_=Date)
WEEK = timedelta(days=7)
_EPOCH = date(2000, 1, 1)
_COURSES = 2**40
"""More than any course's id: a day and a course are one number, the greatest of which has the latest day."""
_CUSTOM_PLANS = text("set local plan_cache_mode = force_custom_plan")


@dataclass(frozen=True, slots=True)
class Span:
    """Of which week, and what is known of it now: the parameters of every statement of a week."""

    school_id: int
    monday: date
    as_of: date
    now: datetime
    undo: timedelta
    pupil_ids: Sequence[int] | None
    """None: all pupils of the school. For many it is faster to ask for all."""

    def parameters(self) -> dict[str, Any]:
        one_by_one = {} if self.pupil_ids is None else {"pupil_ids": list(self.pupil_ids)}
        return one_by_one | {
            "school_id": self.school_id,
            "monday": self.monday,
            "as_of": self.as_of,
            "now": self.now,
            "undo": self.undo,
            "settled": self.now - self.undo,
        }


def seats(*, everybody: bool) -> CTE:
    """The pupils with their class of `as_of`. Columns: pupil_id, group_id, grade, since (the first day of the
    term that runs or has just ended), told_at (when the week before was told; NULL: it was not).

    Parameters: those of `Span`; `pupil_ids` unless `everybody`, for PostgreSQL plans the two differently.
    """
    term = (
        select(Term.starts_on)
        .where(
            Term.year_id == Group.year_id,
            or_(Term.grades.is_(None), Group.grade == any_(Term.grades)),
            Term.starts_on <= AS_OF,
        )
        .order_by(Term.starts_on.desc())
        .limit(1)
        .correlate(Group)
        .scalar_subquery()
    )
    told_at = (
        select(func.min(Digest.decided_at))
        .where(Digest.pupil_id == Enrolment.pupil_id, Digest.monday == MONDAY - WEEK.days)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    query = (
        select(
            Enrolment.pupil_id,
            Enrolment.group_id,
            Group.grade,
            func.coalesce(term, SchoolYear.starts_on).label("since"),
            told_at.label("told_at"),
        )
        .ext(distinct_on(Enrolment.pupil_id))
        .join(Group, Group.id == Enrolment.group_id)
        .join(SchoolYear, SchoolYear.id == Group.year_id)
        .where(Enrolment.school_id == SCHOOL, in_force(Enrolment, AS_OF))
        .order_by(Enrolment.pupil_id, Enrolment.group_id)
    )
    if not everybody:
        query = query.where(Enrolment.pupil_id == any_(bindparam("pupil_ids", type_=ARRAY(BigInteger))))
    return query.cte("seats")


@dataclass(frozen=True, slots=True)
class PupilRow:
    pupil_id: int
    last_name: str
    first_name: str
    middle_name: str
    group_id: int
    group: str
    grade: int
    since: date
    """First day of the term that runs or has just ended."""


@cache
def _pupils(everybody: bool) -> Select[*tuple[Any, ...]]:
    seat = seats(everybody=everybody)
    return (
        select(
            seat.c.pupil_id,
            Person.last_name,
            Person.first_name,
            Person.middle_name,
            seat.c.group_id,
            Group.name,
            seat.c.grade,
            seat.c.since,
        )
        .select_from(seat)
        .join(Person, Person.id == seat.c.pupil_id)
        .join(Group, Group.id == seat.c.group_id)
    )


async def plan_for_their_number(session: AsyncSession) -> None:
    """Let PostgreSQL plan the statements of this transaction for their parameters: a plan that it keeps for
    any number of pupils and any days is slow for one and for all."""
    await session.execute(_CUSTOM_PLANS)


async def pupils(session: AsyncSession, span: Span) -> list[PupilRow]:
    """Those of the pupils who are enrolled on `as_of`."""
    rows = await session.execute(_pupils(span.pupil_ids is None), span.parameters())
    return [PupilRow(*row) for row in rows]


def is_news(seat: CTE, given_on: Any, set_at: Any) -> ColumnElement[bool]:
    """Of this week, or of the week before and too late for its digest."""
    late = and_(given_on >= MONDAY - WEEK.days, set_at > seat.c.told_at - UNDO)
    return or_(given_on >= MONDAY, func.coalesce(late, False))


def _stood(name: str) -> ColumnElement[str | None]:
    """A column of `mark` as the family may know it: what stood there last for as long as the undo window is.
    Only what was written within it is looked up in the history."""
    lines = (
        select(
            AuditEntry.at,
            AuditEntry.id,
            AuditEntry.after,
            func.lead(AuditEntry.at).over(order_by=(AuditEntry.at, AuditEntry.id)).label("until"),
        )
        .where(
            AuditEntry.subject_type == "work",
            AuditEntry.subject_id == Mark.work_id,
            AuditEntry.pupil_id == Mark.pupil_id,
            AuditEntry.action == "mark.set",
        )
        .correlate(Mark)
        .lateral("lines")
    )
    last = (
        select(lines.c.after[name].astext)
        .where(lines.c.at <= func.coalesce(lines.c.until, NOW) - UNDO)
        .order_by(lines.c.at.desc(), lines.c.id.desc())
        .limit(1)
        .correlate(Mark)
        .scalar_subquery()
    )
    return case((Mark.set_at <= SETTLED, cast(getattr(Mark, name), Text)), else_=last)


def _marks(seat: CTE, *columns: Any) -> Select[*tuple[Any, ...]]:
    """The marks of the week's pupils up to its last day; those in form 1 have none (U7)."""
    return (
        select(*columns)
        .select_from(seat)
        .join(Mark, Mark.pupil_id == seat.c.pupil_id)
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(seat.c.grade > FORM_WITHOUT_MARKS, Lesson.date <= AS_OF, Mark.given_on <= AS_OF)
    )


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A pupil's subject. Sums are of mark × weight and of weights, both in tenths, over the term's marks that
    count; `before` are those that are no news."""

    pupil_id: int
    subject_id: int
    subject: str
    course_id: int
    total: int | None
    weights: int | None
    total_before: int | None
    weights_before: int | None
    debts: list[date] | None


@cache
def _subjects(everybody: bool) -> Select[*tuple[Any, ...]]:
    seat = seats(everybody=everybody)
    news = is_news(seat, Mark.given_on, Mark.set_at)
    of_term = Lesson.date >= seat.c.since
    tenths = case((bindparam("weighted", type_=Boolean), cast(Work.weight * 10, Integer)), else_=10)
    found = _marks(
        seat,
        seat.c.pupil_id,
        Course.subject_id,
        (cast(Lesson.date - _EPOCH, BigInteger) * _COURSES + Lesson.course_id).label("latest"),
        tenths.label("weight"),
        _stood("value").label("value"),
        # Few marks are debts, or were one until just now.
        case((or_(Mark.due_on.is_not(None), Mark.set_at > SETTLED), cast(_stood("due_on"), Date))).label(
            "due_on"
        ),
        news.label("is_news"),
        of_term.label("of_term"),
    )
    # Apart, so that the lessons of the term are found by their dates, and of older ones only few marks are.
    # No mark is given before the day of its lesson.
    cells = union_all(
        found.where(of_term, Lesson.date >= _FIRST, Mark.given_on >= seat.c.since),
        found.where(~of_term, or_(and_(Mark.given_on >= MONDAY - WEEK.days, news), Mark.due_on.is_not(None))),
    ).subquery("cells")
    counts = and_(cells.c.of_term, cells.c.value.in_(("2", "3", "4", "5")))
    weighed = cast(case((counts, cells.c.value)), Integer) * cells.c.weight
    before = and_(counts, ~cells.c.is_news)
    sums = (
        select(
            cells.c.pupil_id,
            cells.c.subject_id,
            (func.max(cells.c.latest) % _COURSES).label("course_id"),
            func.sum(weighed).filter(counts).label("total"),
            func.sum(cells.c.weight).filter(counts).label("weights"),
            func.sum(weighed).filter(before).label("total_before"),
            func.sum(cells.c.weight).filter(before).label("weights_before"),
            func.array_agg(cells.c.due_on, type_=ARRAY(Date))
            .filter(cells.c.value == MarkValue.DEBT.value)
            .label("debts"),
        )
        .where(cells.c.value.is_not(None))
        .group_by(cells.c.pupil_id, cells.c.subject_id)
        .subquery("sums")
    )
    return (
        select(
            sums.c.pupil_id,
            sums.c.subject_id,
            Subject.name,
            sums.c.course_id,
            sums.c.total,
            sums.c.weights,
            sums.c.total_before,
            sums.c.weights_before,
            sums.c.debts,
        )
        .join(Subject, Subject.id == sums.c.subject_id)
        .order_by(sums.c.pupil_id, Subject.name, Subject.id)
    )


async def subjects(session: AsyncSession, span: Span, first: date, *, weighted: bool) -> list[SubjectRow]:
    """Every subject in which these pupils have a mark of the term, news or an open debt, by name.

    `first`: the earliest day of their terms.
    """
    statement = _subjects(span.pupil_ids is None)
    rows = await session.execute(statement, span.parameters() | {"weighted": weighted, "first": first})
    return [SubjectRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class NewsRow:
    """A mark of the week."""

    pupil_id: int
    subject_id: int
    value: MarkValue
    day: date
    """Of its lesson."""
    kind: str
    title: str
    comment: str
    due_on: date | None


@cache
def _news(everybody: bool) -> Select[*tuple[Any, ...]]:
    seat = seats(everybody=everybody)
    value = _stood("value")
    return (
        _marks(
            seat,
            seat.c.pupil_id,
            Course.subject_id,
            value,
            Lesson.date,
            WorkKind.name,
            Work.title,
            func.coalesce(_stood("comment"), ""),
            cast(_stood("due_on"), Date),
        )
        .join(WorkKind, WorkKind.id == Work.kind_id)
        .where(
            Mark.given_on >= MONDAY - WEEK.days,
            is_news(seat, Mark.given_on, Mark.set_at),
            value.is_not(None),
        )
        .order_by(Lesson.date, Lesson.number, Work.position)
    )


async def news(session: AsyncSession, span: Span) -> list[NewsRow]:
    """The marks that are news of this week, by lesson."""
    rows = await session.execute(_news(span.pupil_ids is None), span.parameters())
    return [NewsRow(row[0], row[1], MarkValue(row[2]), *row[3:]) for row in rows]
