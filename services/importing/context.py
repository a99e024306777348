"""What every sheet is read with: the tables, what the database holds, and how a cell becomes a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from services.importing.problems import Problems
from services.importing.school_file import SchoolContent, Year
from services.importing.tables import Row, Table
from services.importing.values import NotAValue, parse_date

_T = TypeVar("_T")
_NO_TABLE = Table(())


@dataclass(frozen=True, slots=True)
class Context:
    tables: dict[str, Table]
    known: SchoolContent | None
    """The school in the database; None when there is none yet."""
    problems: Problems
    today: date
    """In the school's zone."""

    def rows(self, sheet: str) -> tuple[Row, ...]:
        return self.tables.get(sheet, _NO_TABLE).rows

    def is_broken(self, sheet: str) -> bool:
        return self.tables.get(sheet, _NO_TABLE).is_broken

    def text(self, row: Row, column: str) -> str:
        """What a required cell says; '' after reporting that it says nothing."""
        if column in row.unusable:
            return ""
        if not row[column]:
            self.problems.error("value_missing", row, column)
        return row[column]

    def value(self, row: Row, column: str, parse: Callable[[str], _T]) -> _T | None:
        """An optional cell; None when it is empty, or wrong, which is reported as an error."""
        if not row[column] or column in row.unusable:
            return None
        try:
            return parse(row[column])
        except NotAValue as wrong:
            self.problems.error(wrong.code, row, column, suggestion=wrong.suggestion, **wrong.params)
            return None

    def required(self, row: Row, column: str, parse: Callable[[str], _T]) -> _T | None:
        """A required cell; None after reporting what is wrong."""
        return self.value(row, column, parse) if self.text(row, column) else None

    def value_or_note(self, row: Row, column: str, parse: Callable[[str], _T]) -> _T | None:
        """An optional cell that a school can live without: when it is wrong, it is passed over."""
        if not row[column] or column in row.unusable:
            return None
        try:
            return parse(row[column])
        except NotAValue as wrong:
            self.problems.note(wrong.code, row, column, suggestion=wrong.suggestion, **wrong.params)
            return None

    def day_of_year(self, row: Row, column: str, year: Year) -> date | None:
        """An optional day that must lie within the school year."""
        day = self.value(row, column, parse_date)
        if day and not year.holds(day):
            closest = min(max(day, year.starts_on), year.ends_on)
            self.problems.error(
                "outside_year",
                row,
                column,
                suggestion=f"{closest:%d.%m.%Y}",
                starts_on=year.starts_on,
                ends_on=year.ends_on,
            )
            return None
        return day

    def period(self, row: Row, start: str, end: str, year: Year) -> tuple[date | None, date | None]:
        """Two optional days within the year in their order."""
        starts_on, ends_on = self.day_of_year(row, start, year), self.day_of_year(row, end, year)
        if starts_on and ends_on and ends_on < starts_on:
            self.problems.error("end_before_start", row, end, start=row[start])
            return None, None
        return starts_on, ends_on
