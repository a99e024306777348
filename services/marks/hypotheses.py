"""«Что если»: what further marks would make of an average."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from db.enums import MarkValue
from services.marks.averages import average, mark_for
from services.settings import AverageKind, InstitutionSettings

Weighed = tuple[MarkValue, Decimal]
"""A mark and the weight of its work."""
ORDINARY = Decimal(1)
MAY_COME = (MarkValue.FIVE, MarkValue.FOUR, MarkValue.THREE, MarkValue.TWO)


@dataclass(frozen=True, slots=True)
class FivesNeeded:
    mark: MarkValue
    """The next better one."""
    count: int | None
    """Fives of ordinary works that are enough for it; None: more than there are lessons left."""


def outcome(marks: Sequence[Weighed], further: Sequence[Weighed], kind: AverageKind) -> Decimal | None:
    """The average with the further marks; None when nothing counts."""
    return average([*marks, *further], kind)


def fives_needed(
    marks: Sequence[Weighed], lessons_left: int, settings: InstitutionSettings
) -> FivesNeeded | None:
    """How many fives in a row lead to the next better mark, one a lesson at most. None: there is no average
    yet, or no better mark."""
    thresholds, kind = settings.thresholds, settings.final_average
    now = average(marks, kind)
    if now is None or (stands := mark_for(now, thresholds)) is MarkValue.FIVE:
        return None
    better = MAY_COME[MAY_COME.index(stands) - 1]
    for count in range(1, lessons_left + 1):
        reached = average([*marks, *[(MarkValue.FIVE, ORDINARY)] * count], kind)
        if reached is not None and MAY_COME.index(mark_for(reached, thresholds)) <= MAY_COME.index(better):
            return FivesNeeded(better, count)
    return FivesNeeded(better, None)
