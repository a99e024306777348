"""Averages: weighted or plain, rounded half up, with their arithmetic (J8)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.enums import MarkValue as M
from services.marks.averages import NUMBERS, average, average_of, mark_for, rounded
from services.settings import AverageKind

WEIGHTED, PLAIN = AverageKind.WEIGHTED, AverageKind.PLAIN


def test_a_control_work_counts_by_its_weight() -> None:
    found = average_of([(M.FIVE, Decimal(1)), (M.FOUR, Decimal(2)), (M.FIVE, Decimal(1))], WEIGHTED)
    assert found is not None
    assert found.value == Decimal("4.50")
    assert (found.total, found.weights, found.count) == (Decimal(18), Decimal(4), 3)
    assert [(share.weight, share.marks) for share in found.shares] == [
        (Decimal(2), (4,)),
        (Decimal(1), (5, 5)),
    ]


def test_a_plain_average_forgets_the_weights() -> None:
    assert average([(M.FIVE, Decimal(1)), (M.FOUR, Decimal(2)), (M.FIVE, Decimal(1))], PLAIN) == Decimal(
        "4.67"
    )


def test_a_tie_is_rounded_up_where_python_and_bankers_round_to_even() -> None:
    assert rounded(Decimal("4.125")) == Decimal("4.13")
    assert rounded(Decimal("4.135")) == Decimal("4.14")


@pytest.mark.parametrize("value", [value for value in M if value not in NUMBERS])
def test_what_is_no_number_does_not_count(value: M) -> None:
    assert average([(value, Decimal(1))], WEIGHTED) is None
    assert average([(value, Decimal(5)), (M.THREE, Decimal(1))], WEIGHTED) == Decimal("3.00")


def test_works_that_weigh_nothing_make_no_average() -> None:
    assert average([(M.FIVE, Decimal(0))], WEIGHTED) is None
    assert average([(M.FIVE, Decimal(0))], PLAIN) == Decimal("5.00")


MARKS = st.lists(
    st.tuples(st.sampled_from(sorted(NUMBERS)), st.decimals(Decimal("0.5"), Decimal(10), places=1)),
    min_size=1,
)


@given(MARKS)
def test_the_average_is_the_fraction_rounded_half_up(marks: list[tuple[M, Decimal]]) -> None:
    exact: Fraction = sum((Fraction(weight) * NUMBERS[value] for value, weight in marks), Fraction(0))
    exact /= sum((Fraction(weight) for _, weight in marks), Fraction(0))
    found = average(marks, WEIGHTED)
    assert found is not None
    # Half up: the hundredth h for which h - 1/200 <= exact < h + 1/200.
    assert Fraction(found) - Fraction(1, 200) <= exact < Fraction(found) + Fraction(1, 200)


@pytest.mark.parametrize(
    ("value", "mark"),
    [
        ("2.49", M.TWO),
        ("2.5", M.THREE),
        ("3.49", M.THREE),
        ("3.50", M.FOUR),
        ("4.49", M.FOUR),
        ("4.5", M.FIVE),
    ],
)
def test_the_thresholds_belong_to_the_better_mark(value: str, mark: M) -> None:
    assert mark_for(Decimal(value), [Decimal("2.5"), Decimal("3.5"), Decimal("4.5")]) is mark
