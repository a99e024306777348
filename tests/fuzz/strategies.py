"""What nobody should send, and somebody will."""

from __future__ import annotations

from datetime import date
from typing import Any

from aiogram.filters.callback_data import CallbackData
from hypothesis import strategies as st

from tests.handlers.test_callback_wire import actions

any_text = st.text(st.characters(exclude_categories=()), max_size=60)
"""Of every character there is, halves of surrogate pairs too."""

_TYPED = (
    *("/start", "/start ABCD-EFGH-JK", "/help", "/journal", "/start " + "x" * 70, "/"),
    *("", " ", "\n", "5", "-1", "0", "9" * 400, "1,5", "NaN", "½", "٣", "²"),
    *("21.09", "31.02", "00.00", "99.99.9999", "01.09–14.09", "14.09-01.09", "21:30–07:00", "25:61–00:00"),
    *("25.09 10:00 Экскурсия", "пн-пт 9-16", "пн-пн 9-9", "Иванов 5, Ким 4, остальные 3", "все 5 кроме"),
    *("8 900 123-45-67", "mama@example.ru", "12.03.2013", "12.03.9999", "Тайнов"),
    *(
        "\u202eдефис\u202c",
        "\u200f",
        "\u200b" * 50,
        "e\u0301" * 90,
        "👩‍👩‍👧‍👦" * 99,
        "\x1b[31mred",
        "a\0b",
        "\r\n{}\r\n",
    ),
    *(
        "я" * 4097,
        "🤡" * 2049,
        "<b>",
        "</b><script>",
        "&lt;",
        "{имя}",
        "{0.__class__}",
        "%s%n",
        "=1+1",
        "'; --",
    ),
)
typed = st.one_of(
    st.sampled_from(_TYPED), any_text, st.lists(st.sampled_from(_TYPED), max_size=5).map(" ".join)
)
"""Half-sensible words too, which go deeper than noise."""

_ODD = (
    *("", "0", "-1", "1", "2", "7", "True", "None", "nan", "inf", "1.5", "1e5", "+1", " 1", "1_0", "0x1"),
    *(str(2**31), str(2**63 - 1), str(2**63), str(-(2**63)), "9" * 30),
    *(str(date.max.toordinal()), str(date.max.toordinal() + 1), "٣", "ы", "\u202e", "🤡", "a" * 64, "\0"),
)
_part = st.one_of(st.sampled_from(_ODD), st.text(max_size=8))

ACTIONS = actions()


@st.composite
def forged(draw: st.DrawFn) -> tuple[type[CallbackData], list[tuple[int, str]], int]:
    """A button, what becomes of its parts, and how many parts are added or lost."""
    changes = st.lists(st.tuples(st.integers(0, 7), _part), max_size=3)
    return draw(st.sampled_from(ACTIONS)), draw(changes), draw(st.sampled_from([0, 0, 0, 0, 1, -1]))


def applied(packed: str, changes: list[tuple[int, str]], more: int) -> str:
    """The data of a forged button; its prefix stays."""
    prefix, *values = packed.split(":")
    for place, value in changes:
        if values:
            values[place % len(values)] = value
    return ":".join([prefix, *values[: len(values) + min(more, 0)], *["1"] * more])


_entity = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["bold", "text_link", "code", "bot_command", "url"]),
        "offset": st.integers(-5, 5000),
        "length": st.integers(-5, 5000),
    },
    optional={"url": any_text},
)
_other_content: list[dict[str, Any]] = [
    {"location": {"latitude": 1.0, "longitude": 1.0}},
    {"contact": {"phone_number": "+7", "first_name": "Кто"}},
    {"dice": {"emoji": "🎲", "value": 6}},
    {"new_chat_members": [{"id": 1, "is_bot": True, "first_name": "x"}]},
]
content = st.one_of(
    st.builds(
        lambda text, entities: {"text": text, "entities": entities}, typed, st.lists(_entity, max_size=3)
    ),
    st.builds(lambda text: {"text": text}, typed),
    st.builds(lambda text: {"caption": text, "media_group_id": text}, typed),
    st.sampled_from(_other_content),
)
"""Of a message."""
