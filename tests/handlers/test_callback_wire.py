"""The wire format of buttons is frozen: a message of last year still carries its buttons."""

from __future__ import annotations

import inspect
from datetime import date
from enum import Enum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import UnionType
from typing import Any, get_args

import pytest
from aiogram.filters.callback_data import CallbackData

from handlers import callbacks

GOLDEN = Path(__file__).parents[1] / "golden/callbacks.txt"
DAY = date(2026, 9, 14).toordinal()
LARGE_ID = 999_999_999_999


def actions() -> list[type[CallbackData]]:
    """Those of every page of the package, by name."""
    pages = [
        callbacks,
        *(import_module(page.name) for page in walk_packages(callbacks.__path__, "handlers.callbacks.")),
    ]
    found = {
        cls
        for page in pages
        for _, cls in inspect.getmembers(page, inspect.isclass)
        if issubclass(cls, CallbackData) and cls.__module__ == page.__name__
    }
    return sorted(found, key=lambda cls: cls.__name__)


def sample(name: str, annotation: Any, large: bool) -> Any:
    if isinstance(annotation, UnionType):
        annotation = next(kind for kind in get_args(annotation) if kind is not type(None))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return max(annotation, key=lambda member: len(member.value))
    if annotation is str:
        return "х"
    if annotation is bool:
        return True
    return LARGE_ID if large and name.endswith("_id") else DAY if name in DAYS else 7


DAYS = {"day", "starts_on", "ends_on", "monday"}


def packed(action: type[CallbackData], *, large: bool = False) -> str:
    values = {name: sample(name, field.annotation, large) for name, field in action.model_fields.items()}
    return action(**values).pack()


def test_the_wire_format_is_as_it_was(request: pytest.FixtureRequest) -> None:
    """A new class adds a line. A line that changes or goes breaks buttons that people still hold."""
    lines = "".join(f"{action.__name__}: {packed(action)}\n" for action in actions())
    if request.config.getoption("record_goldens"):
        GOLDEN.write_text(lines, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == lines


def test_every_prefix_is_one_actions_own() -> None:
    prefixes = [action.__prefix__ for action in actions()]
    assert len(prefixes) == len(set(prefixes))


@pytest.mark.parametrize("action", actions(), ids=lambda action: action.__name__)
def test_a_button_of_a_city_with_large_ids_fits(action: type[CallbackData]) -> None:
    data = packed(action, large=True)
    assert len(data.encode()) <= 64
    assert action.unpack(data).pack() == data
