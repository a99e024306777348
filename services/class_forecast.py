"""What a class is heading for in the running term, subject by subject (J12).

Every pupil's forecast is that of services/marks/forecast.py, from the journal as it stands. Pupils are
counted by the mark that their average of now stands for, which the forecast takes to last. The range of the
class's figures goes from every pupil at the lower end of what is likely to every pupil at the upper one: it
holds more often than in four cases out of five, because hardly a class goes all one way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from db.engine import Database
from db.enums import MarkValue
from db.queries import class_forecast as queries
from db.queries.class_forecast import PLAIN, WEIGHTED, PupilLessons, PupilSums
from db.queries.pupil_year import TermRow
from db.queries.timetable import FORM_WITHOUT_MARKS
from services.actor import Actor
from services.clock import Clock
from services.diary_head import leads_to_class
from services.errors import NotFound
from services.marks.averages import mark_for, rounded
from services.marks.forecast import Forecast, Tally, forecast
from services.settings import AverageKind, InstitutionSettings, institution_settings

__all__ = ["ClassForecast", "ClassForecastService", "Range", "SubjectForecast", "TermRow"]


@dataclass(frozen=True, slots=True)
class Range:
    """Whole per cent."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class SubjectForecast:
    subject: str
    marks: Mapping[MarkValue, int]
    """How many pupils stand at which mark."""
    too_early: int
    """Pupils with too few marks."""
    success: Range | None
    """Успеваемость: (n5+n4+n3)/N; None: nothing can be said of anybody."""
    quality: Range | None
    """Качество: (n5+n4)/N."""


@dataclass(frozen=True, slots=True)
class ClassForecast:
    group_id: int
    group: str
    term: TermRow | None
    """None: no term is running, or the class gets no marks (U7)."""
    has_marks: bool
    subjects: tuple[SubjectForecast, ...]
    """By name."""


class ClassForecastService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def of_class(self, *, actor: Actor, group_id: int) -> ClassForecast:
        """Raises NotFound for a class whose diaries are not the actor's to read."""
        now = self._clock.now()
        today = actor.day_of(now)
        async with self._db.transaction() as session:
            group = await queries.group_terms(session, actor.school_id, group_id)
            if group is None or not leads_to_class(actor, group_id):
                raise NotFound
            settings = await institution_settings(session, actor.school_id)
            has_marks = group.grade > FORM_WITHOUT_MARKS
            term = next((one for one in group.terms if one.starts_on <= today <= one.ends_on), None)
            if term is None or not has_marks:
                return ClassForecast(group_id, group.name, None, has_marks, ())
            first, last = term.starts_on, term.ends_on
            lessons = await queries.lessons(
                session, actor.school_id, group_id, first, last, now=now, today=today
            )
            weight = WEIGHTED if settings.final_average is AverageKind.WEIGHTED else PLAIN
            sums = await queries.sums(session, group_id, first, last, today=today, weight=weight)
        return ClassForecast(group_id, group.name, term, True, _subjects(lessons, sums, settings))


def _subjects(
    lessons: Sequence[PupilLessons], sums: Sequence[PupilSums], settings: InstitutionSettings
) -> tuple[SubjectForecast, ...]:
    by_cell = {(one.pupil_id, one.subject_id): one for one in sums}
    pupils: dict[str, list[tuple[Tally, Forecast | None]]] = defaultdict(list)
    for row in lessons:
        marks = by_cell.get((row.pupil_id, row.subject_id))
        so_far = _tally(marks)
        pupils[row.subject].append((so_far, forecast(so_far, row.passed, row.left, settings)))
    return tuple(_subject(subject, found, settings) for subject, found in pupils.items())


def _tally(marks: PupilSums | None) -> Tally:
    if marks is None:
        return Tally(0, Decimal(0), Decimal(0), Decimal(0))
    return Tally(marks.count, marks.weight, marks.total, marks.squares)


def _subject(
    subject: str, pupils: Sequence[tuple[Tally, Forecast | None]], settings: InstitutionSettings
) -> SubjectForecast:
    known = [(so_far, ahead) for so_far, ahead in pupils if ahead is not None]
    stand = Counter(
        mark_for(rounded(so_far.total / so_far.weight), settings.thresholds) for so_far, _ in known
    )
    likely = [ahead.likely for _, ahead in known]

    def share(*marks: MarkValue) -> Range | None:
        if not likely:
            return None
        low, high = (sum(ends[end] in marks for ends in likely) for end in (0, 1))
        return Range(_per_cent(low, len(likely)), _per_cent(high, len(likely)))

    return SubjectForecast(
        subject,
        stand,
        len(pupils) - len(known),
        share(MarkValue.FIVE, MarkValue.FOUR, MarkValue.THREE),
        share(MarkValue.FIVE, MarkValue.FOUR),
    )


def _per_cent(part: int, whole: int) -> int:
    return int((Decimal(100 * part) / whole).quantize(Decimal(1), ROUND_HALF_UP))
