"""What a file is made of before anything is understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MAX_BYTES = 50 * 1024 * 1024
MAX_UNPACKED = 500 * 1024 * 1024
MAX_ROWS = 100_000
"""Filled rows of all sheets together."""


@dataclass(frozen=True, slots=True)
class RawSheet:
    """Filled rows by their number, from 1; cells are text as a person would see it."""

    name: str
    rows: dict[int, list[str]]
    is_workbook: bool


class Unreadable(Exception):
    """A file cannot be read at all. `code` and `params` say why."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Whole:
    """A place for problems of a whole file or sheet."""

    name: str

    def spot(self, column: str | None) -> tuple[str, int | None, str | None, str | None, str | None]:
        return self.name, None, column, None, None

    def order(self, column: str | None) -> tuple[int, int, int]:
        return (0, 0, 0)
