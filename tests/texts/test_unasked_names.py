"""What leaves unasked says no more of a pupil than `personal_data` lets it, whatever kind it is of.

Views are made from their types, every name in them the pupil's but for those of other people, so a new kind
is held to it from its first day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from bot.messages import SCREENS_OF
from db.queries.names import Colleague
from services.letters import LetterContent
from services.settings import PersonalData
from tests.world import MONDAY, MOSCOW, moment

LAST, FIRST, MIDDLE = "Тайнов", "Евграф", "Капитонович"
OF_OTHERS = frozenset(["person", "author", "by", "asked_by"])
"""Fields that hold a colleague or a guardian, beside those of the type Colleague."""
SAMPLES: dict[Any, Any] = {
    bool: False,
    int: 1,
    Decimal: Decimal(4),
    datetime: moment("10:00"),
    date: MONDAY,
    time: time(10),
    timedelta: timedelta(days=1),
    ZoneInfo: MOSCOW,
    Any: "x",
    object: "x",
}
NAMES = {"last_name": LAST, "first_name": FIRST, "middle_name": MIDDLE}
OTHER = Colleague(1, "Иной", "Иван", "")


def made(kind: Any, personal_data: PersonalData, name: str = "", path: tuple[str, ...] = ()) -> Any:
    """A value of a type; the first of a union, one item of a collection."""
    if kind is PersonalData:
        return personal_data
    if kind is str and name in ("zone", "timezone"):
        return MOSCOW.key
    if kind is str:
        owner = OF_OTHERS.isdisjoint(path)
        return next(
            (said if owner else "Иной" for part, said in NAMES.items() if name.endswith(part)), "слова"
        )
    if kind is Colleague:
        return OTHER
    if kind == dict[str, Any]:
        return TypeAdapter(LetterContent).dump_python(made(LetterContent, personal_data), mode="json")
    if kind in SAMPLES:
        return SAMPLES[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(
            **{  # type: ignore[operator]  # a class, not one of its instances
                one.name: made(hints[one.name], personal_data, one.name, (*path, one.name))
                for one in fields(kind)
                if one.init
            }
        )
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return made(next(one for one in inside if one is not NoneType), personal_data, name, path)
    if origin is Literal:
        return inside[0]
    if origin is Counter:
        return Counter({made(inside[0], personal_data, name, path): 1})
    if issubclass(origin, Mapping):
        return {made(inside[0], personal_data, name, path): made(inside[1], personal_data, name, path)}
    assert issubclass(origin, Collection), kind
    items = [one for one in inside if one is not Ellipsis]
    many = (made(one, personal_data, name, path) for one in items)
    return tuple(many) if origin is tuple else origin(many) if origin in (list, set, frozenset) else [*many]


@pytest.mark.parametrize("kind", sorted(SCREENS_OF))
@pytest.mark.parametrize("personal_data", [PersonalData.INITIALS, PersonalData.NONE])
def test_no_message_names_a_pupil_whom_it_may_not_name(kind: str, personal_data: PersonalData) -> None:
    render = SCREENS_OF[kind]
    view = next(hint for name, hint in get_type_hints(render).items() if name != "return")
    screen = render(made(view, personal_data))
    said = " ".join([str(screen.text), *(button.text for row in screen.rows for button in row)])
    assert not [part for part in (LAST[:-1], FIRST[:-1], MIDDLE[:-2]) if part in said], said
