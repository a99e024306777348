"""What a term is heading for, by the formula that services/marks/forecast.py states."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.enums import MarkValue
from services.marks.averages import average, mark_for
from services.marks.forecast import Forecast, forecast, tally
from services.marks.hypotheses import FivesNeeded, fives_needed
from services.settings import AverageKind, Preset, resolve

M = MarkValue
SETTINGS = resolve(Preset.KLYUCHI, {})
ONE = Decimal(1)
MARKS = st.lists(
    st.tuples(st.sampled_from([M.FIVE, M.FOUR, M.THREE, M.TWO, M.DEBT]), st.sampled_from([ONE, Decimal(2)])),
    max_size=30,
)


def of(*marks: MarkValue, passed: int, left: int) -> Forecast | None:
    return forecast(tally([(mark, ONE) for mark in marks], AverageKind.WEIGHTED), passed, left, SETTINGS)


def test_by_hand() -> None:
    """Mean 4, deviation √½ ≈ 0,7071, four to come: 4 ± 1,28 · 0,7071 · 2 / 8 = 4 ± 0,226; twos only from now
    on make 3, fives only 4,5."""
    found = of(M.FIVE, M.FOUR, M.FOUR, M.THREE, passed=8, left=8)
    assert found == Forecast(Decimal("3.77"), Decimal("4.23"), 4, (M.FOUR, M.FOUR), (M.THREE, M.FIVE))


def test_fives_only_may_yet_become_a_four() -> None:
    found = of(M.FIVE, M.FIVE, M.FIVE, passed=3, left=9)
    assert found is not None
    assert found.low < found.high == Decimal("5.00")
    assert found.possible == (M.THREE, M.FIVE)


def test_when_no_lesson_is_left_the_average_is_the_forecast() -> None:
    found = of(M.FIVE, M.FOUR, M.FOUR, passed=9, left=0)
    assert found == Forecast(Decimal("4.33"), Decimal("4.33"), 0, (M.FOUR, M.FOUR), (M.FOUR, M.FOUR))


def test_with_too_few_marks_nothing_is_said() -> None:
    assert of(M.FIVE, M.FIVE, M.DEBT, M.PASSED, passed=9, left=9) is None
    asks_more = resolve(Preset.KLYUCHI, {"final_min_marks": "5"})
    assert forecast(tally([(M.FIVE, ONE)] * 4, AverageKind.PLAIN), 4, 4, asks_more) is None


@given(MARKS, st.integers(0, 40), st.integers(0, 40))
def test_the_likely_lies_within_the_possible_and_around_the_average(
    marks: list[tuple[MarkValue, Decimal]], passed: int, left: int
) -> None:
    found = forecast(tally(marks, AverageKind.WEIGHTED), passed, left, SETTINGS)
    if found is None:
        return
    now = average(marks, AverageKind.WEIGHTED)
    assert now is not None
    assert Decimal(2) <= found.low <= now <= found.high <= Decimal(5)
    order = [M.TWO, M.THREE, M.FOUR, M.FIVE]
    ends = [order.index(mark) for mark in (found.possible[0], *found.likely, found.possible[1])]
    assert ends == sorted(ends)
    assert found.to_come <= left


@pytest.mark.parametrize(
    ("marks", "left", "needed"),
    [
        ([M.FOUR, M.FOUR, M.FOUR], 5, FivesNeeded(M.FIVE, 3)),
        ([M.FOUR, M.FOUR, M.FOUR], 2, FivesNeeded(M.FIVE, None)),
        ([M.THREE], 1, FivesNeeded(M.FOUR, 1)),
        ([M.FIVE], 5, None),
        ([M.DEBT], 5, None),
    ],
)
def test_how_many_fives_the_next_mark_takes(
    marks: list[MarkValue], left: int, needed: FivesNeeded | None
) -> None:
    assert fives_needed([(mark, ONE) for mark in marks], left, SETTINGS) == needed


@given(MARKS, st.integers(1, 20))
def test_one_five_fewer_is_not_enough(marks: list[tuple[MarkValue, Decimal]], left: int) -> None:
    needed = fives_needed(marks, left, SETTINGS)
    if needed is None or needed.count is None:
        return

    def mark_with(fives: int) -> MarkValue:
        value = average([*marks, *[(M.FIVE, ONE)] * fives], SETTINGS.final_average)
        assert value is not None
        return mark_for(value, SETTINGS.thresholds)

    assert mark_with(needed.count).value >= needed.mark.value > mark_with(needed.count - 1).value
