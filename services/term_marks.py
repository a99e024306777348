"""A pupil's marks of a term: averages, why they are so, what if, and the forecast (U6, J8, J12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import FinalKind, MarkValue
from db.queries import term_marks as queries
from db.queries.term_marks import ControlWork, KnownFinal, KnownMark, LessonCount, SubjectRow
from services.actor import Actor
from services.clock import Clock
from services.diary_head import DiaryHead, TermRow, open_diary
from services.errors import NotFound
from services.marks.averages import Average, average_of, mark_for
from services.marks.forecast import Forecast, forecast, tally
from services.marks.hypotheses import MAY_COME, ORDINARY, FivesNeeded, Weighed, fives_needed, outcome
from services.settings import AverageKind, InstitutionSettings, institution_settings

__all__ = [
    "ControlWork",
    "DiaryHead",
    "FivesNeeded",
    "Forecast",
    "KnownMark",
    "NextMark",
    "SubjectMarks",
    "Supposed",
    "TermMarks",
    "TermMarksService",
    "TermRow",
    "WhatIfView",
    "Why",
]

MOST_SUPPOSED = 8


@dataclass(frozen=True, slots=True)
class SubjectMarks:
    course_id: int
    subject: str
    marks: tuple[KnownMark, ...]
    """In the order of lessons."""
    average: Average | None
    final: MarkValue | None
    """Of the term, when it is given."""
    of_year: MarkValue | None
    """Of the year, when it is given."""
    forecast: Forecast | None
    """None: too early, or the term is not running."""
    lessons_left: int

    @property
    def course_ids(self) -> frozenset[int]:
        """Every course that the marks come from: the pupil may have changed the subgroup (S2)."""
        return frozenset({self.course_id, *(mark.of.course_id for mark in self.marks)})


@dataclass(frozen=True, slots=True)
class TermMarks:
    head: DiaryHead
    term: TermRow | None
    """None: the pupil's class has no terms, or no marks."""
    subjects: tuple[SubjectMarks, ...]
    """By name."""

    @property
    def is_running(self) -> bool:
        """What is still to come counts."""
        return self.term is not None and self.term.starts_on <= self.head.today <= self.term.ends_on


@dataclass(frozen=True, slots=True)
class NextMark:
    """What one further mark would make of an average."""

    value: MarkValue
    ordinary: Decimal | None
    control: Decimal | None
    """None: a control work counts as any other."""


@dataclass(frozen=True, slots=True)
class Why:
    """A subject's average, taken apart."""

    marks: TermMarks
    subject: SubjectMarks
    stands_for: MarkValue | None
    """The mark that the average means by the institution's table."""
    least: int
    """Marks that the institution asks for."""
    control: ControlWork | None
    """None: it counts as any other work, or there is none."""
    next: tuple[NextMark, ...]
    """From the best to the worst; none when the term is not running."""
    fives: FivesNeeded | None


@dataclass(frozen=True, slots=True)
class Supposed:
    value: MarkValue
    is_control: bool


@dataclass(frozen=True, slots=True)
class WhatIfView:
    why: Why
    supposed: tuple[Supposed, ...]
    average: Average | None
    """With what is supposed."""
    stands_for: MarkValue | None

    @property
    def is_full(self) -> bool:
        return len(self.supposed) >= MOST_SUPPOSED


class TermMarksService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def marks(self, *, actor: Actor, pupil_id: int, term_id: int | None = None) -> TermMarks:
        """A term's marks as the family may know them; None: the term of today, else the one before.

        Raises NotFound for a pupil who is not the actor's to see, and for a term that is not theirs.
        """
        async with self._db.transaction() as session:
            return (await self._term(session, actor, pupil_id, term_id))[0]

    async def why(self, *, actor: Actor, pupil_id: int, course_id: int, term_id: int | None = None) -> Why:
        """As `marks`, of the course's subject. Raises NotFound."""
        async with self._db.transaction() as session:
            marks, settings = await self._term(session, actor, pupil_id, term_id)
            control = await queries.control_work(session, actor.school_id)
        return _why(marks, course_id, settings, control)

    async def what_if(
        self, *, actor: Actor, pupil_id: int, course_id: int, supposed: Sequence[Supposed]
    ) -> WhatIfView:
        """What further marks of the running term would make of the average; more than MOST_SUPPOSED are left
        out. Raises NotFound, also when no term is running."""
        taken = tuple(supposed[:MOST_SUPPOSED])
        async with self._db.transaction() as session:
            marks, settings = await self._term(session, actor, pupil_id, None)
            control = await queries.control_work(session, actor.school_id)
        if not marks.is_running:
            raise NotFound
        why = _why(marks, course_id, settings, control)
        heavy = ORDINARY if control is None else control.weight
        further = [(one.value, heavy if one.is_control else ORDINARY) for one in taken]
        average = average_of([*_weighed(why.subject), *further], settings.final_average)
        return WhatIfView(why, taken, average, _stands_for(average, settings))

    async def _term(
        self, session: AsyncSession, actor: Actor, pupil_id: int, term_id: int | None
    ) -> tuple[TermMarks, InstitutionSettings]:
        now = self._clock.now()
        head = await open_diary(session, actor, pupil_id, actor.day_of(now))
        settings = await institution_settings(session, actor.school_id)
        term = _chosen(head, term_id)
        if term is None or not head.year.has_marks:
            return TermMarks(head, None, ()), settings
        undo = timedelta(minutes=settings.undo_minutes)
        first, last = term.starts_on, term.ends_on
        counts = await queries.lesson_counts(session, actor.school_id, pupil_id, first, last, now=now)
        marks = await queries.marks(session, pupil_id, first, last, now=now, undo=undo)
        finals = await queries.finals(session, pupil_id, head.year.year_id, set_until=now - undo)
        return TermMarks(head, term, _by_subject(term, counts, marks, finals, settings, head.today)), settings


def _chosen(head: DiaryHead, term_id: int | None) -> TermRow | None:
    if term_id is None:
        return head.year.term_of(head.today)
    found = next((term for term in head.year.terms if term.term_id == term_id), None)
    if found is None:
        raise NotFound
    return found


def _by_subject(
    term: TermRow,
    counts: Sequence[LessonCount],
    marks: Sequence[KnownMark],
    finals: Sequence[KnownFinal],
    settings: InstitutionSettings,
    today: date,
) -> tuple[SubjectMarks, ...]:
    """Everything that the pupil has lessons, marks or final marks in."""
    of_term = [final for final in finals if final.kind is FinalKind.TERM and final.term_id == term.term_id]
    of_year = {final.of.subject_id: final.value for final in finals if final.kind is FinalKind.YEAR}
    rows: dict[int, SubjectRow] = {}
    for sources in (of_term, marks, counts):
        rows |= {one.of.subject_id: one.of for one in sources}
    given = {final.of.subject_id: final.value for final in of_term}
    lessons = {count.of.subject_id: count for count in counts}

    def of(row: SubjectRow) -> SubjectMarks:
        own = tuple(mark for mark in marks if mark.of.subject_id == row.subject_id)
        weighed = [(mark.value, mark.weight) for mark in own]
        count = lessons.get(row.subject_id)
        passed, left = (count.passed, count.left) if count else (0, 0)
        ahead = forecast(tally(weighed, settings.final_average), passed, left, settings)
        return SubjectMarks(
            row.course_id,
            row.subject,
            own,
            average_of(weighed, settings.final_average),
            given.get(row.subject_id),
            of_year.get(row.subject_id),
            ahead if term.starts_on <= today <= term.ends_on and row.subject_id not in given else None,
            left,
        )

    return tuple(of(row) for row in sorted(rows.values(), key=lambda row: row.subject))


def _why(marks: TermMarks, course_id: int, settings: InstitutionSettings, control: ControlWork | None) -> Why:
    subject = next((one for one in marks.subjects if course_id in one.course_ids), None)
    if subject is None:
        raise NotFound
    kind = settings.final_average
    heavier = control if kind is AverageKind.WEIGHTED else None
    known = _weighed(subject)
    following = tuple(
        NextMark(
            value,
            outcome(known, [(value, ORDINARY)], kind),
            None if heavier is None else outcome(known, [(value, heavier.weight)], kind),
        )
        for value in MAY_COME
    )
    return Why(
        marks=marks,
        subject=subject,
        stands_for=_stands_for(subject.average, settings),
        least=settings.final_min_marks,
        control=heavier,
        next=following if marks.is_running else (),
        fives=fives_needed(known, subject.lessons_left, settings) if marks.is_running else None,
    )


def _weighed(subject: SubjectMarks) -> list[Weighed]:
    return [(mark.value, mark.weight) for mark in subject.marks]


def _stands_for(average: Average | None, settings: InstitutionSettings) -> MarkValue | None:
    return None if average is None else mark_for(average.value, settings.thresholds)
