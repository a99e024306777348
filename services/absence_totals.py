"""Totals of days and lessons that a pupil missed, by term and for the year (J7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from db.engine import Database
from db.queries.absence_totals import MissedDay, missed_days
from services.actor import Actor
from services.clock import Clock
from services.diary_head import DiaryHead, TermRow, open_diary

__all__ = ["AbsenceTotals", "AbsenceTotalsService", "DiaryHead", "TermRow", "Totals", "total_of"]


@dataclass(frozen=True, slots=True)
class Totals:
    """`lessons` = `valid` + `not_valid` + `unexplained`."""

    days: int
    """On which every lesson was missed whose register was taken."""
    lessons: int
    valid: int
    not_valid: int
    unexplained: int
    excused: int
    """Lessons away from for a reason that does not count as missing."""
    late: int


@dataclass(frozen=True, slots=True)
class AbsenceTotals:
    head: DiaryHead
    terms: tuple[tuple[TermRow, Totals], ...]
    """Those that have begun, in their order."""
    year: Totals


class AbsenceTotalsService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def totals(self, *, actor: Actor, pupil_id: int) -> AbsenceTotals:
        """Up to now, as the family may know it. Raises NotFound for a pupil who is not the actor's to see."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            head = await open_diary(session, actor, pupil_id, actor.day_of(now))
            year = head.year
            days = await missed_days(
                session, actor.school_id, [pupil_id], year.starts_on, year.ends_on, now=now
            )
        terms = tuple(
            (term, total_of(_within(days, term.starts_on, term.ends_on)))
            for term in year.terms
            if term.starts_on <= head.today
        )
        return AbsenceTotals(head, terms, total_of(days))


def total_of(days: Iterable[MissedDay]) -> Totals:
    every = list(days)
    return Totals(
        days=sum(day.missed == day.taken for day in every),
        lessons=sum(day.missed for day in every),
        valid=sum(day.valid for day in every),
        not_valid=sum(day.not_valid for day in every),
        unexplained=sum(day.unexplained for day in every),
        excused=sum(day.excused for day in every),
        late=sum(day.late for day in every),
    )


def _within(days: Iterable[MissedDay], first: date, last: date) -> list[MissedDay]:
    return [day for day in days if first <= day.date <= last]
