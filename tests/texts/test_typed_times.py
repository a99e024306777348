"""Days, hours and moments as people type them."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from services.typed_times import typed_day, typed_days, typed_hours, typed_moment
from tests.world import MONDAY, moment

NOT_A_THING = ("", "завтра", "\u202e", "🙂" * 4096, "1" * 5000, "٢١.٠٩")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("21.09", date(2026, 9, 21)),
        (" 5.9. ", date(2026, 9, 5)),
        ("21/09/2026", date(2026, 9, 21)),
        ("10.01", date(2027, 1, 10)),
        ("20.12", date(2026, 12, 20)),
        ("29.02", None),
        ("29.02.2028", date(2028, 2, 29)),
        ("31.04", None),
        ("завтра", None),
        ("", None),
        ("21.09.0001", None),
        ("٢١.٠٩", None),
        ("🙂" * 4096, None),
        ("21.09 и ещё что-то", None),
    ],
)
def test_a_typed_date_is_the_nearest_such_day_or_none(typed: str, day: date | None) -> None:
    assert typed_day(typed, MONDAY) == day


@pytest.mark.parametrize("typed", ["01.09–14.09", "1.9 - 14.9.2026", "С 01.09 по 14.09", "\u200f1/9—14/9"])
def test_two_days_are_typed_with_a_dash_or_in_words(typed: str) -> None:
    assert typed_days(typed, MONDAY) == (date(2026, 9, 1), MONDAY)


@pytest.mark.parametrize("typed", ["21:30–07:00", "с 21:30 до 7", "21.30-7.00", " 21:30 по 07:00 "])
def test_hours_are_typed_with_a_dash_or_in_words(typed: str) -> None:
    assert typed_hours(typed) == (time(21, 30), time(7))


@pytest.mark.parametrize(
    ("typed", "leaves"),
    [
        ("15.09 18:30", moment("18:30", date(2026, 9, 15))),
        ("15.09.2026, в 18.30", moment("18:30", date(2026, 9, 15))),
        ("15.09", moment("09:00", date(2026, 9, 15))),
        ("18:30", moment("18:30")),
        ("в 9:05.", moment("09:05")),
    ],
)
def test_a_moment_is_a_day_a_time_or_both(typed: str, leaves: datetime) -> None:
    assert typed_moment(typed, moment("08:00"), hour=9) == leaves


@pytest.mark.parametrize("typed", [*NOT_A_THING, "31.04–02.05", "25-26", "15.09 25:61", "31.02 10:00"])
def test_what_is_neither_days_nor_hours_nor_a_moment_is_said_to_be_none(typed: str) -> None:
    assert typed_days(typed, MONDAY) is None
    assert typed_hours(typed) is None
    assert typed_moment(typed, moment("08:00"), hour=9) is None
