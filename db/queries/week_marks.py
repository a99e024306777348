"""Whose week is computed, and the marks of many pupils' weeks in one statement (C2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
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
    Interval,
    Numeric,
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
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, distinct_on
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
WEEK = timedelta(days=7)


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
        )
        .select_from(seat)
        .join(Person, Person.id == seat.c.pupil_id)
        .join(Group, Group.id == seat.c.group_id)
    )


async def pupils(session: AsyncSession, span: Span) -> list[PupilRow]:
    """Those of the pupils who are enrolled on `as_of`."""
    rows = await session.execute(_pupils(span.pupil_ids is None), span.parameters())
    return [PupilRow(*row) for row in rows]


def is_news(seat: CTE, given_on: Any, set_at: Any) -> ColumnElement[bool]:
    """Of this week, or of the week before and too late for its digest."""
    late = and_(given_on >= MONDAY - WEEK.days, set_at > seat.c.told_at - UNDO)
    return or_(given_on >= MONDAY, func.coalesce(late, False))


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A pupil's subject. Sums are of mark × weight and of weights, over the term's marks that count; `before`
    are those that are no news."""

    pupil_id: int
    course_id: int
    subject: str
    total: Decimal | None
    weights: Decimal | None
    total_before: Decimal | None
    weights_before: Decimal | None
    news: list[list[Any]] | None
    """[value, day, kind of work, title, comment, due_on] as JSON, by lesson."""
    debts: list[date] | None


def _cells(seat: CTE) -> CTE:
    """Every cell that the term's average, the week or an open debt needs."""
    return (
        select(
            seat.c.pupil_id,
            Course.subject_id,
            Lesson.course_id,
            Lesson.date,
            Lesson.number,
            Work.id.label("work_id"),
            Work.position,
            Work.title,
            WorkKind.name.label("kind"),
            case((bindparam("weighted", type_=Boolean), Work.weight), else_=1).label("weight"),
            cast(Mark.value, Text).label("value"),
            Mark.comment,
            Mark.due_on,
            Mark.set_at,
            is_news(seat, Mark.given_on, Mark.set_at).label("is_news"),
            (Lesson.date >= seat.c.since).label("of_term"),
        )
        .select_from(seat)
        .join(Mark, Mark.pupil_id == seat.c.pupil_id)
        .join(Work, Work.id == Mark.work_id)
        .join(WorkKind, WorkKind.id == Work.kind_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(
            seat.c.grade > FORM_WITHOUT_MARKS,
            Lesson.date <= AS_OF,
            Mark.given_on <= AS_OF,
            or_(Lesson.date >= seat.c.since, Mark.given_on >= MONDAY - WEEK.days, Mark.due_on.is_not(None)),
        )
        .cte("cells")
    )


def _stood(cells: CTE) -> CTE:
    """What the family may know of each cell: what stood there last for as long as the undo window is."""
    names = ("pupil_id", "subject_id", "course_id", "date", "number", "position", "title", "kind", "weight")
    flags = ("is_news", "of_term")
    lines = (
        select(
            AuditEntry.at,
            AuditEntry.id,
            AuditEntry.after,
            func.lead(AuditEntry.at).over(order_by=(AuditEntry.at, AuditEntry.id)).label("until"),
        )
        .where(
            AuditEntry.subject_type == "work",
            AuditEntry.subject_id == cells.c.work_id,
            AuditEntry.pupil_id == cells.c.pupil_id,
            AuditEntry.action == "mark.set",
        )
        .correlate(cells)
        .subquery("lines")
    )
    last = (
        select(lines.c.after)
        .where(lines.c.at <= func.coalesce(lines.c.until, NOW) - UNDO)
        .order_by(lines.c.at.desc(), lines.c.id.desc())
        .limit(1)
        .lateral("last")
    )
    settled = select(
        *(cells.c[name] for name in (*names, *flags)), cells.c.value, cells.c.comment, cells.c.due_on
    ).where(cells.c.set_at <= SETTLED)
    fresh = (
        select(
            *(cells.c[name] for name in (*names, *flags)),
            last.c.after["value"].astext,
            func.coalesce(last.c.after["comment"].astext, ""),
            cast(last.c.after["due_on"].astext, Date),
        )
        .select_from(cells)
        .join(last, true())
        .where(cells.c.set_at > SETTLED)
    )
    return union_all(settled, fresh).cte("stood")


@cache
def _subjects(everybody: bool) -> Select[*tuple[Any, ...]]:
    stood = _stood(_cells(seats(everybody=everybody)))
    counts = and_(stood.c.of_term, stood.c.value.in_(("2", "3", "4", "5")))
    weighed = cast(case((counts, stood.c.value)), Numeric) * stood.c.weight
    in_order = (stood.c.date, stood.c.number, stood.c.position)
    latest = func.array_agg(
        aggregate_order_by(stood.c.course_id, *(column.desc() for column in in_order)),
        type_=ARRAY(BigInteger),
    )
    mark = func.jsonb_build_array(
        stood.c.value, stood.c.date, stood.c.kind, stood.c.title, stood.c.comment, stood.c.due_on
    )
    is_debt = stood.c.value == MarkValue.DEBT.value
    before = and_(counts, ~stood.c.is_news)
    return (
        select(
            stood.c.pupil_id,
            latest[1],
            Subject.name,
            func.sum(weighed).filter(counts),
            func.sum(stood.c.weight).filter(counts),
            func.sum(weighed).filter(before),
            func.sum(stood.c.weight).filter(before),
            func.jsonb_agg(aggregate_order_by(mark, *in_order), type_=JSONB).filter(stood.c.is_news),
            func.array_agg(aggregate_order_by(stood.c.due_on, stood.c.due_on), type_=ARRAY(Date)).filter(
                is_debt
            ),
        )
        .select_from(stood)
        .join(Subject, Subject.id == stood.c.subject_id)
        .where(stood.c.value.is_not(None))
        .group_by(stood.c.pupil_id, Subject.id)
        .order_by(stood.c.pupil_id, Subject.name, Subject.id)
    )


async def subjects(session: AsyncSession, span: Span, *, weighted: bool) -> list[SubjectRow]:
    """Every subject in which these pupils have a mark of the term, news or an open debt, by name."""
    statement = _subjects(span.pupil_ids is None)
    rows = await session.execute(statement, span.parameters() | {"weighted": weighted})
    return [SubjectRow(*row) for row in rows]
