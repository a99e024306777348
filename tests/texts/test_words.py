"""Words stay within Telegram's limits, which are counted in UTF-16 units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from handlers.screen import TEXT_LIMIT
from handlers.texts.paging import page_of
from handlers.texts.words import cut, units


@given(st.text(max_size=60))
def test_a_unit_is_half_of_two_bytes_of_utf_16(value: str) -> None:
    assert units(value) == len(value.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Иванов", "Иванов"),
        ("Ивановский", "Ивано…"),
        ("🦊🦊🦊", "🦊🦊🦊"),
        ("🦊🦊🦊🦊", "🦊🦊…"),
        ("Лиса 🦊", "Лиса…"),
    ],
)
def test_a_name_is_cut_to_six_units_without_tearing_an_emoji(value: str, shown: str) -> None:
    assert cut(value, 6) == shown


def test_a_page_of_emoji_is_as_long_as_telegram_takes() -> None:
    lines = [Markup("🦊" * 100) for _ in range(40)]
    shown, _, pages = page_of(lines, 0, reserved=0)
    assert sum(units(line) + 1 for line in shown) <= TEXT_LIMIT
    assert pages == 3
