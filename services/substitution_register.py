"""The register of substitutions (S5): who gave whose lesson, for the management."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import substitutions as queries
from db.queries.substitutions import SubstitutionRow
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.clock import Clock
from services.days import last_of_month, monday_of, month_of
from services.errors import NotFound

__all__ = ["Span", "SubstitutionCard", "SubstitutionRegister", "SubstitutionRegisterService"]


class Span(StrEnum):
    """How much of the register is read at once."""

    WEEK = "week"
    MONTH = "month"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class SubstitutionRegister:
    """Substitutions in force from `first` to `last`, both counted, in the order of lessons."""

    span: Span
    first: date
    last: date
    today: date
    later: date
    """A day of the span that follows; the day before `first` is one of the span before."""
    rows: tuple[SubstitutionRow, ...]
    may_enter: bool


@dataclass(frozen=True, slots=True)
class SubstitutionCard:
    row: SubstitutionRow
    may_enter: bool


class SubstitutionRegisterService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def show(
        self, *, actor: Actor, span: Span = Span.WEEK, day: date | None = None
    ) -> SubstitutionRegister:
        """The week, month or term that holds `day` (by default today); between terms the one before.

        Raises NotFound unless the actor is of the management.
        """
        school = SchoolSubject(actor.school_id)
        check(actor, Permission.SEE_SUBSTITUTIONS, school)
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            first, last = await _days(session, actor, span, day or today)
            later = last + timedelta(days=1)
            if span is Span.TERM:
                later = await queries.next_term(session, actor.school_id, last) or later
            rows = await queries.between(session, actor.school_id, first, last)
        may_enter = may(actor, Permission.ENTER_SUBSTITUTION, school)
        return SubstitutionRegister(span, first, last, today, later, tuple(rows), may_enter)

    async def card(self, *, actor: Actor, substitution_id: int) -> SubstitutionCard:
        """One of them, also when it was taken back. Raises NotFound unless the actor is of the management."""
        school = SchoolSubject(actor.school_id)
        check(actor, Permission.SEE_SUBSTITUTIONS, school)
        async with self._db.transaction() as session:
            row = await queries.substitution(session, actor.school_id, substitution_id)
        if row is None:
            raise NotFound
        return SubstitutionCard(row, may(actor, Permission.ENTER_SUBSTITUTION, school))


async def _days(session: AsyncSession, actor: Actor, span: Span, day: date) -> tuple[date, date]:
    match span:
        case Span.WEEK:
            return monday_of(day), monday_of(day) + timedelta(days=6)
        case Span.MONTH:
            return month_of(day), last_of_month(day)
        case Span.TERM:
            return await queries.term_of(session, actor.school_id, day) or (day, day)
