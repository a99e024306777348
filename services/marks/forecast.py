"""What final mark a term is heading for (J12).

No regulation states a formula. This one says what the marks so far allow to say, and no more:

* A pupil gets as many more marks as the lessons that are left, at the pace so far: left × marks / lessons
  passed, at most one mark a lesson (whole, half up).
* The further marks are taken to be like those so far: drawn independently from the same distribution, with
  its mean, the average of now. Then the average at the end has that mean too, and the standard deviation
  s·√m / (n + m), where n marks are given, m are to come, and s is the deviation of the marks so far, by
  weight. s is taken as at least 0.5: whoever has fives only may yet get a four.
* Likely is what lies within 1.28 deviations, which is four times out of five. Possible is everything between
  twos only and fives only from now on.
* With fewer than three marks, or fewer than the institution asks for, nothing is said.

It takes further works to weigh as much as those so far do on average, and knows nothing of illness or zeal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from db.enums import MarkValue
from services.marks.averages import NUMBERS, mark_for, rounded
from services.settings import AverageKind, InstitutionSettings

LEAST_MARKS = 3
LEAST_DEVIATION = Decimal("0.5")
WITHIN = Decimal("1.28")
_BEST, _WORST = Decimal(5), Decimal(2)


@dataclass(frozen=True, slots=True)
class Tally:
    """Marks that count, summed up: enough for an average and its spread."""

    count: int
    weight: Decimal
    total: Decimal
    """Of mark × weight."""
    squares: Decimal
    """Of mark² × weight."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Averages with two digits; marks by the institution's table."""

    low: Decimal
    high: Decimal
    to_come: int
    """Marks that are still expected."""
    likely: tuple[MarkValue, MarkValue]
    """The lower one first."""
    possible: tuple[MarkValue, MarkValue]


def tally(marks: Iterable[tuple[MarkValue, Decimal]], kind: AverageKind) -> Tally:
    """Of (mark, weight of its work)."""
    counted = [
        (Decimal(NUMBERS[value]), weight if kind is AverageKind.WEIGHTED else Decimal(1))
        for value, weight in marks
        if value in NUMBERS
    ]
    return Tally(
        len(counted),
        sum((weight for _, weight in counted), Decimal(0)),
        sum((mark * weight for mark, weight in counted), Decimal(0)),
        sum((mark * mark * weight for mark, weight in counted), Decimal(0)),
    )


def forecast(so_far: Tally, passed: int, left: int, settings: InstitutionSettings) -> Forecast | None:
    """`passed`, `left`: lessons of the subject in the term. None: it is too early to say anything."""
    count = so_far.count
    if count < max(LEAST_MARKS, settings.final_min_marks) or not so_far.weight:
        return None
    mean = so_far.total / so_far.weight
    spread = max((so_far.squares / so_far.weight - mean * mean).max(Decimal(0)).sqrt(), LEAST_DEVIATION)
    pace = min(Decimal(count) / passed, Decimal(1)) if passed else Decimal(1)
    to_come = int((left * pace).quantize(Decimal(1), ROUND_HALF_UP))

    def at_end(further: Decimal) -> Decimal:
        """The average when the marks to come have this mean."""
        return rounded((mean * count + further * to_come) / (count + to_come))

    away = WITHIN * spread * Decimal(to_come).sqrt() / (count + to_come)
    worst, best = at_end(_WORST), at_end(_BEST)
    low, high = max(rounded(mean - away), worst), min(rounded(mean + away), best)
    thresholds = settings.thresholds
    return Forecast(low, high, to_come, _marks((low, high), thresholds), _marks((worst, best), thresholds))


def _marks(ends: tuple[Decimal, Decimal], thresholds: Sequence[Decimal]) -> tuple[MarkValue, MarkValue]:
    return mark_for(ends[0], thresholds), mark_for(ends[1], thresholds)
