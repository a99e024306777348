"""Averages of marks and how they came about (J8). The one place where an average is rounded: half up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from db.enums import MarkValue
from services.settings import AverageKind

NUMBERS = {
    MarkValue.FIVE: 5,
    MarkValue.FOUR: 4,
    MarkValue.THREE: 3,
    MarkValue.TWO: 2,
}
"""The marks that count; «зч», «нз», «н/а», «осв» and debts do not."""
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Share:
    """All marks of one weight in an average."""

    weight: Decimal
    marks: tuple[int, ...]
    """From 5 down to 2."""


@dataclass(frozen=True, slots=True)
class Average:
    """An average with its arithmetic: (sum of mark × weight) / (sum of weights) = value."""

    shares: tuple[Share, ...]
    """The heaviest first."""
    total: Decimal
    weights: Decimal
    value: Decimal
    """Two digits after the point, half up."""
    count: int


def average_of(marks: Iterable[tuple[MarkValue, Decimal]], kind: AverageKind) -> Average | None:
    """The average of (mark, weight of its work). None when no mark counts, or all weigh nothing."""
    counted: list[tuple[Decimal, int]] = [
        (weight if kind is AverageKind.WEIGHTED else Decimal(1), NUMBERS[value])
        for value, weight in marks
        if value in NUMBERS
    ]
    weights = sum((weight for weight, _ in counted), Decimal(0))
    if not weights:
        return None
    total = sum((weight * mark for weight, mark in counted), Decimal(0))
    by_weight: dict[Decimal, list[int]] = {}
    for weight, mark in counted:
        by_weight.setdefault(weight, []).append(mark)
    shares = tuple(
        Share(weight, tuple(sorted(of_weight, reverse=True)))
        for weight, of_weight in sorted(by_weight.items(), reverse=True)
    )
    return Average(shares, total, weights, rounded(total / weights), len(counted))


def average(marks: Iterable[tuple[MarkValue, Decimal]], kind: AverageKind) -> Decimal | None:
    """The value of `average_of` alone."""
    found = average_of(marks, kind)
    return None if found is None else found.value


def rounded(number: Decimal) -> Decimal:
    """Two digits after the point, half up."""
    return number.quantize(_HUNDREDTH, ROUND_HALF_UP)


def mark_for(value: Decimal, thresholds: Sequence[Decimal]) -> MarkValue:
    """The mark that an average stands for; `thresholds`: the least averages of «3», «4» and «5»."""
    reached = sum(value >= least for least in thresholds)
    return (MarkValue.TWO, MarkValue.THREE, MarkValue.FOUR, MarkValue.FIVE)[reached]
