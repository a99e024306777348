"""A sheet of cells becomes rows of named texts: the header is found, what is no data is passed over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from services.importing.layout import SHEETS, Column, Reading, SheetLayout, sheet_of
from services.importing.problems import Problems, nearest
from services.importing.sheets import RawSheet, Whole
from services.importing.text import as_cyrillic, class_as_cyrillic, clean, fold, one_line

_TOTAL = re.compile(r"(итого|всего|итог|total)\b")
_LIMITS = {Reading.NAME: 200, Reading.CLASS: 200, Reading.VALUE: 2000, Reading.TEXT: 2000}
_HEADER_WITHIN_ROWS = 50


@dataclass(frozen=True, slots=True)
class Header:
    """The columns that were found: for each key its title in the file and its index."""

    sheet: str
    key: str
    titles: dict[str, tuple[str, int]]
    is_workbook: bool


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Tidied text by column key; a place for problems. A column that is not there reads as ''."""

    header: Header
    number: int
    texts: dict[str, str]
    unusable: frozenset[str]
    """Columns whose text broke a limit and was reported already."""

    def __getitem__(self, column: str) -> str:
        return self.texts.get(column, "")

    def of_sheet(self) -> Whole:
        """The sheet as a whole, for what is said once."""
        return Whole(self.header.sheet)

    def spot(self, column: str | None) -> tuple[str, int | None, str | None, str | None, str | None]:
        if column is None:
            return self.header.sheet, self.number, None, None, None
        title, index = self.header.titles.get(column, (column, None))
        cell = f"{_letters(index)}{self.number}" if self.header.is_workbook and index is not None else None
        return self.header.sheet, self.number, title, cell, self.texts.get(column)

    def order(self, column: str | None) -> tuple[int, int, int]:
        position = next(i for i, sheet in enumerate(SHEETS, 1) if sheet.key == self.header.key)
        _, index = self.header.titles.get(column or "", ("", None))
        return position, self.number, -1 if index is None else index


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[Row, ...]
    is_broken: bool = False
    """A required column is missing: what refers to this sheet cannot be judged."""


def read_tables(sheets: list[RawSheet], problems: Problems) -> dict[str, Table]:
    """The known sheets by key."""
    tables: dict[str, Table] = {}
    names: dict[str, str] = {}
    for sheet in sheets:
        layout = sheet_of(sheet.name)
        if layout is None:
            continue
        if not sheet.rows:
            problems.note("sheet_empty", Whole(sheet.name))
            continue
        if layout.key in tables:
            problems.error("sheet_twice", Whole(sheet.name), other=names[layout.key])
            continue
        tables[layout.key], names[layout.key] = _read_table(sheet, layout, problems), sheet.name
    if not tables and not problems.errors:
        found = ", ".join(sheet.name for sheet in sheets)
        expected = [name for sheet in SHEETS for name in (sheet.russian, sheet.key)]
        suggestion = next(filter(None, (nearest(sheet.name, expected) for sheet in sheets)), None)
        problems.error("no_known_sheets", suggestion=suggestion, found=found)
    return tables


def read_single_table(sheets: list[RawSheet], layout: SheetLayout, problems: Problems) -> Table | None:
    """The one sheet that is wanted; the only sheet of a file may have any name. None after reporting."""
    filled = [sheet for sheet in sheets if sheet.rows]
    named = [sheet for sheet in filled if sheet_of(sheet.name) is layout]
    if len(named) > 1:
        problems.error("sheet_twice", Whole(named[1].name), other=named[0].name)
        return None
    if named or len(filled) == 1:
        return _read_table((named or filled)[0], layout, problems)
    if not problems.errors:
        found = ", ".join(sheet.name for sheet in filled)
        problems.error("no_known_sheets", suggestion=layout.russian, found=found)
    return None


def _read_table(sheet: RawSheet, layout: SheetLayout, problems: Problems) -> Table:
    first_rows = sorted(sheet.rows)[:_HEADER_WITHIN_ROWS]
    header_row = max(first_rows, key=lambda number: (layout.known(sheet.rows[number]), -number))
    header = _header(sheet, layout, header_row)
    place = Row(header, header_row, {}, frozenset())
    for number in first_rows:
        if number < header_row:
            problems.note("title_row", Row(header, number, {}, frozenset()), text=_gist(sheet.rows[number]))
    missing = _missing_columns(layout, header)
    for column in missing:
        russian = not any(title.isascii() for title, _ in header.titles.values())
        problems.error(
            "column_missing",
            place,
            column.russian if russian else column.key,
            suggestion=_mistyped(column, sheet.rows[header_row], layout),
            names=f"{column.russian}, {column.key}",
        )
    if missing:
        return Table((), is_broken=True)
    _note_other_columns(sheet, layout, header, header_row, problems)
    numbers = [number for number in sorted(sheet.rows) if number > header_row]
    for before, after in pairwise([header_row, *numbers]):
        if after - before > 1:
            problems.note("rows_empty", Row(header, before + 1, {}, frozenset()), count=after - before - 1)
    rows = (_read_row(sheet, layout, header, header_row, number, problems) for number in numbers)
    return Table(tuple(row for row in rows if row))


def _header(sheet: RawSheet, layout: SheetLayout, header_row: int) -> Header:
    titles: dict[str, tuple[str, int]] = {}
    for index, cell in enumerate(sheet.rows[header_row]):
        if column := layout.column_of(clean(cell)[0]):
            titles.setdefault(column.key, (one_line(clean(cell)[0]), index))
    return Header(sheet.name, layout.key, titles, sheet.is_workbook)


def _missing_columns(layout: SheetLayout, header: Header) -> list[Column]:
    missing = [column for column in layout.columns if column.required and column.key not in header.titles]
    named = "full_name" in header.titles or {"last_name", "first_name"} <= header.titles.keys()
    if layout.is_of_people and not named:
        missing += [column for column in layout.columns if column.key == "full_name"]
    return missing


def _mistyped(column: Column, cells: list[str], layout: SheetLayout) -> str | None:
    """A header that is nearly the one that is missing."""
    others = [cell for cell in cells if cell.strip() and layout.column_of(cell) is None]
    return nearest(column.russian, others) or nearest(column.key, others)


def _note_other_columns(
    sheet: RawSheet, layout: SheetLayout, header: Header, header_row: int, problems: Problems
) -> None:
    used = {index for _, index in header.titles.values()}
    titles = sheet.rows[header_row]
    width = max(len(cells) for number, cells in sheet.rows.items() if number >= header_row)
    place = Row(header, header_row, {}, frozenset())
    for index in range(width):
        title = one_line(clean(titles[index])[0]) if index < len(titles) else ""
        if index in used:
            continue
        if layout.column_of(title):
            problems.note("column_twice", place, title, letters=_letters(index))
        elif title:
            problems.note("column_passed_over", place, title, letters=_letters(index))
        elif any(n > header_row and len(c) > index and c[index].strip() for n, c in sheet.rows.items()):
            problems.note("column_unnamed", place, None, letters=_letters(index))


def _read_row(
    sheet: RawSheet, layout: SheetLayout, header: Header, header_row: int, number: int, problems: Problems
) -> Row | None:
    cells = sheet.rows[number]
    place = Row(header, number, {}, frozenset())
    first = fold(next(cell for cell in cells if cell.strip()))
    if _TOTAL.match(first):
        problems.note("total_row", place, text=_gist(cells))
        return None
    if [fold(cell) for cell in cells if cell.strip()] == [
        fold(c) for c in sheet.rows[header_row] if c.strip()
    ]:
        problems.note("header_again", place)
        return None
    texts = {key: cells[index] for key, (_, index) in header.titles.items() if index < len(cells)}
    texts = {key: text for key, text in texts.items() if text.strip()}
    if not texts:
        problems.note("row_passed_over", place, text=_gist(cells))
        return None
    columns = {column.key: column for column in layout.columns}
    unusable: set[str] = set()
    tidied: dict[str, str] = {}
    for key, text in texts.items():
        tidied[key], notes = _tidy(text, columns[key].reading)
        at = Row(header, number, {key: tidied[key]}, frozenset())
        for code in notes:
            problems.note(code, at, key)
        if len(tidied[key]) > (limit := _LIMITS[columns[key].reading]):
            shortened = Row(header, number, {key: tidied[key][:40] + "…"}, frozenset())
            problems.error("text_too_long", shortened, key, limit=limit, length=len(tidied[key]))
            unusable.add(key)
    return Row(header, number, {key: text for key, text in tidied.items() if text}, frozenset(unusable))


def _tidy(text: str, reading: Reading) -> tuple[str, list[str]]:
    notes = []
    text, removed = clean(text)
    if removed:
        notes.append("control_characters")
    if reading is not Reading.TEXT:
        text = one_line(text)
    if reading in (Reading.NAME, Reading.CLASS):
        cyrillic = class_as_cyrillic(text) if reading is Reading.CLASS else as_cyrillic(text)
        if cyrillic != text:
            notes.append("latin_letters")
            text = cyrillic
    return text, notes


def _gist(cells: list[str]) -> str:
    return one_line(" ".join(clean(cell)[0] for cell in cells if cell.strip()))[:80]


def _letters(index: int) -> str:
    """The name of a column in a spreadsheet program: 0 is «A»."""
    name = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        name = chr(65 + letter) + name
    return name
