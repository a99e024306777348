"""What is wrong or worth knowing in a file: a code with parameters and a place, no sentences."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from rapidfuzz import fuzz, process

from services.importing.text import fold

_COMPARED = 1000
"""No list that a person keeps is longer, and comparing takes time."""


class Severity(StrEnum):
    ERROR = "error"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    severity: Severity
    code: str
    sheet: str | None = None
    """As the file names it; None: the file as a whole."""
    row: int | None = None
    """As a spreadsheet program numbers it, from 1."""
    column: str | None = None
    """The header as the file writes it."""
    cell: str | None = None
    """«C7» in a workbook."""
    value: str | None = None
    suggestion: str | None = None
    """The nearest valid value."""
    params: tuple[tuple[str, object], ...] = ()
    order: tuple[int, int, int] = (0, 0, 0)
    """Place in the file, for sorting."""


class Place(Protocol):
    """A row of a sheet."""

    def spot(self, column: str | None) -> tuple[str, int | None, str | None, str | None, str | None]:
        """Sheet, row, header, cell and value at a column."""

    def order(self, column: str | None) -> tuple[int, int, int]: ...


class Problems:
    """Collects everything; a thing that was said once at a place is not said again."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def error(
        self,
        code: str,
        at: Place | None = None,
        column: str | None = None,
        *,
        suggestion: str | None = None,
        **params: object,
    ) -> None:
        self._add(Severity.ERROR, code, at, column, suggestion, params)

    def note(
        self,
        code: str,
        at: Place | None = None,
        column: str | None = None,
        *,
        suggestion: str | None = None,
        **params: object,
    ) -> None:
        self._add(Severity.NOTE, code, at, column, suggestion, params)

    def _add(
        self,
        severity: Severity,
        code: str,
        at: Place | None,
        column: str | None,
        suggestion: str | None,
        params: dict[str, object],
    ) -> None:
        sheet, row, header, cell, value = at.spot(column) if at else (None, None, column, None, None)
        order = at.order(column) if at else (0, 0, 0)
        packed = tuple(sorted(params.items()))
        found = Problem(severity, code, sheet, row, header, cell, value, suggestion, packed, order)
        self._found.setdefault(found)

    @property
    def errors(self) -> list[Problem]:
        return self._sorted(Severity.ERROR)

    @property
    def notes(self) -> list[Problem]:
        return self._sorted(Severity.NOTE)

    def _sorted(self, severity: Severity) -> list[Problem]:
        return sorted((p for p in self._found if p.severity is severity), key=lambda p: p.order)


def nearest(text: str, choices: Collection[str], *, at_least: int = 60) -> str | None:
    """The choice most like `text`, when one is like it at all: 100 is the same, short texts need less."""
    return _nearest(fold(text), tuple(choices), at_least) if len(choices) <= _COMPARED else None


@lru_cache(maxsize=4096)
def _nearest(text: str, choices: tuple[str, ...], at_least: int) -> str | None:
    found = process.extractOne(text, _folded(choices), scorer=fuzz.WRatio, score_cutoff=at_least)
    return choices[found[2]] if found else None


@lru_cache(maxsize=64)
def _folded(choices: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(fold, choices))
