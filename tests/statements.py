"""What is sent to the database, counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event


class Statements:
    """`seen` leaves out savepoints, which stand for the transactions of tests."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def note(self, *call: Any) -> None:
        if "SAVEPOINT" not in call[2]:
            self.seen.append(call[2])

    def taken(self) -> int:
        """How many since the last time."""
        number = len(self.seen)
        self.seen.clear()
        return number


@pytest.fixture
def statements() -> Iterator[Statements]:
    """Counts until the end of the test."""
    counter = Statements()
    event.listen(Engine, "before_cursor_execute", counter.note)
    yield counter
    event.remove(Engine, "before_cursor_execute", counter.note)
