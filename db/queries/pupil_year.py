"""The school year of a pupil: class, terms and holidays (S1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, any_, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Enrolment, Group, Holiday, SchoolYear, Term
from db.queries.timetable import FORM_WITHOUT_MARKS


@dataclass(frozen=True, slots=True)
class TermRow:
    term_id: int
    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class HolidayRow:
    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class PupilYear:
    """Of the class that the pupil is in, else of the one that they were in last."""

    group_id: int
    grade: int
    year_id: int
    starts_on: date
    ends_on: date
    terms: tuple[TermRow, ...]
    """Those of the grade, in their order."""
    holidays: tuple[HolidayRow, ...]

    @property
    def has_marks(self) -> bool:
        """No marks are given in form 1 (U7)."""
        return self.grade > FORM_WITHOUT_MARKS

    def holiday(self, day: date) -> HolidayRow | None:
        """The holiday that a day belongs to; of several, the one that lasts longest."""
        of_day = (one for one in self.holidays if one.starts_on <= day <= one.ends_on)
        return max(of_day, key=lambda one: one.ends_on, default=None)

    def term_of(self, day: date) -> TermRow | None:
        """The term of a day, else the last one before it, else the first. None: the grade has none."""
        begun = [term for term in self.terms if term.starts_on <= day]
        return begun[-1] if begun else next(iter(self.terms), None)


def terms_of(grade: Any, year_id: Any) -> ColumnElement[Any]:
    """[id, name, first day, last day] as JSON, of the terms of a grade in a year."""
    term = func.jsonb_build_array(Term.id, Term.name, Term.starts_on, Term.ends_on, type_=JSONB)
    return (
        select(func.jsonb_agg(aggregate_order_by(term, Term.starts_on), type_=JSONB))
        .where(Term.year_id == year_id, or_(Term.grades.is_(None), grade == any_(Term.grades)))
        .correlate_except(Term)
        .scalar_subquery()
    )


def term_rows(found: list[list[Any]] | None) -> tuple[TermRow, ...]:
    """What `terms_of` read."""
    return tuple(TermRow(id, name, _day(first), _day(last)) for id, name, first, last in found or ())


async def pupil_year(session: AsyncSession, pupil_id: int, today: date) -> PupilYear | None:
    """None: the person was never enrolled."""
    holiday = func.jsonb_build_array(Holiday.name, Holiday.starts_on, Holiday.ends_on, type_=JSONB)
    holidays = (
        select(func.jsonb_agg(aggregate_order_by(holiday, Holiday.starts_on), type_=JSONB))
        .where(Holiday.year_id == SchoolYear.id)
        .correlate(SchoolYear)
        .scalar_subquery()
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            Group.id,
            Group.grade,
            SchoolYear.id,
            SchoolYear.starts_on,
            SchoolYear.ends_on,
            terms_of(Group.grade, SchoolYear.id),
            holidays,
        )
        .join(Enrolment, Enrolment.group_id == Group.id)
        .join(SchoolYear, SchoolYear.id == Group.year_id)
        .where(Enrolment.pupil_id == pupil_id)
        .order_by((Enrolment.starts_on <= today).desc(), Enrolment.starts_on.desc(), Enrolment.id)
        .limit(1)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    group_id, grade, year_id, starts_on, ends_on, terms, found = row
    days_off = tuple(HolidayRow(name, _day(first), _day(last)) for name, first, last in found or ())
    return PupilYear(group_id, grade, year_id, starts_on, ends_on, term_rows(terms), days_off)


def _day(text: str) -> date:
    return date.fromisoformat(text)
