"""The journal page as a workbook, as a document to print (J10) and as a picture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from services.documents.typesetting import pdf, png

_NUMBER = re.compile(r"\d+([.,]\d+)?")
_CELL_LIMIT = 32_000
"""Characters that a spreadsheet's cell holds, with something to spare."""
_GREY = "#D0D0D0"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A work of a lesson, or a lesson without works."""

    day: str
    work: str
    locked: bool


@dataclass(frozen=True, slots=True)
class SheetCell:
    text: str
    locked: bool


@dataclass(frozen=True, slots=True)
class SheetRow:
    name: str
    cells: tuple[SheetCell, ...]
    """As many as there are columns."""
    totals: tuple[str, ...]
    """As many as there are headings of totals."""


@dataclass(frozen=True, slots=True)
class SheetTopic:
    """A lesson's row in the list of topics, under `topic_headings`."""

    cells: tuple[str, ...]
    locked: bool


@dataclass(frozen=True, slots=True)
class JournalSheet:
    """A journal page in words, laid out already; whoever draws it adds none of their own."""

    title: str
    about: tuple[str, ...]
    """School, teachers, period."""
    name: str
    """Of the table; a sheet of the workbook is called so."""
    number_heading: str
    pupil_heading: str
    columns: tuple[SheetColumn, ...]
    total_headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    topics_name: str
    topic_headings: tuple[str, ...]
    topics: tuple[SheetTopic, ...]
    legend: str
    signature: str


def journal_pdf(sheet: JournalSheet) -> bytes:
    """A4 landscape, as many pages as the lessons take, then their topics. Takes long: call it in a thread."""
    return pdf("journal", asdict(sheet))


def journal_png(sheet: JournalSheet) -> bytes:
    """The table alone, light on dark. Takes long: call it in a thread."""
    return png("journal_picture", asdict(sheet))


def journal_xlsx(sheet: JournalSheet) -> bytes:
    """Two sheets: the table with its header frozen, and the topics; locked cells are grey. Nothing in it is a
    formula, whatever it begins with. Takes long: call it in a thread."""
    content = BytesIO()
    # Merged headings, a term's name among them, are written by what they look like.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        _write_table(book, sheet)
        _write_topics(book, sheet)
    return content.getvalue()


def _write_table(book: Workbook, sheet: JournalSheet) -> None:
    table = book.add_worksheet(sheet.name)
    open_cell, locked_cell = _formats(book, {"align": "center", "border": 1, "num_format": "General"})
    head, locked_head = _formats(book, {"bold": True, "align": "center", "border": 1})
    name, _ = _formats(book, {"border": 1})
    total, _ = _formats(book, {"align": "center", "border": 1, "num_format": "0.00"})
    days = _write_title(book, table, sheet)
    works, first = days + 1, 2
    for column, heading in enumerate((sheet.number_heading, sheet.pupil_heading)):
        table.merge_range(days, column, works, column, heading, head)
    for column, shown in enumerate(sheet.columns, first):
        table.write_string(days, column, shown.day, locked_head if shown.locked else head)
        _write_text(table, works, column, shown.work, locked_head if shown.locked else head)
    after = first + len(sheet.columns)
    for column, heading in enumerate(sheet.total_headings, after):
        table.merge_range(days, column, works, column, heading, head)
    for number, row in enumerate(sheet.rows, 1):
        line = works + number
        table.write_number(line, 0, number, open_cell)
        table.write_string(line, 1, row.name, name)
        for column, cell in enumerate(row.cells, first):
            _write(table, line, column, cell.text, locked_cell if cell.locked else open_cell)
        for column, text in enumerate(row.totals, after):
            _write(table, line, column, text, open_cell if text.isdigit() else total)
    table.write_string(works + len(sheet.rows) + 2, 1, sheet.legend)
    table.freeze_panes(works + 1, first)
    table.set_column(0, 0, 4)
    table.set_column(1, 1, 28)
    table.set_column(first, max(first, after - 1), 6)
    table.set_column(after, after + len(sheet.total_headings), 12)
    _set_for_print(table)
    table.repeat_rows(days, works)
    table.repeat_columns(0, 1)


def _write_topics(book: Workbook, sheet: JournalSheet) -> None:
    table = book.add_worksheet(sheet.topics_name)
    head, _ = _formats(book, {"bold": True, "border": 1, "text_wrap": True})
    plain, locked = _formats(book, {"border": 1, "text_wrap": True, "valign": "top"})
    line = _write_title(book, table, sheet)
    for column, heading in enumerate(sheet.topic_headings):
        table.write_string(line, column, heading, head)
    for number, topic in enumerate(sheet.topics, line + 1):
        for column, text in enumerate(topic.cells):
            _write_text(table, number, column, text, locked if topic.locked else plain)
    table.freeze_panes(line + 1, 0)
    for column, width in enumerate((11, 7, 48, 18, 20, 48, 24)):
        table.set_column(column, column, width)
    _set_for_print(table)
    table.repeat_rows(line)


def _write_title(book: Workbook, table: Worksheet, sheet: JournalSheet) -> int:
    """The first row below it."""
    table.write_string(0, 0, sheet.title, book.add_format({"bold": True, "font_size": 14}))
    for line, text in enumerate(sheet.about, 1):
        table.write_string(line, 0, text)
    return len(sheet.about) + 2


def _write(table: Worksheet, line: int, column: int, text: str, style: Format) -> None:
    """A mark or an average as a number, so that it can be counted with; everything else as text."""
    if _NUMBER.fullmatch(text):
        table.write_number(line, column, float(text.replace(",", ".")), style)
    else:
        _write_text(table, line, column, text, style)


def _write_text(table: Worksheet, line: int, column: int, text: str, style: Format) -> None:
    if text:
        table.write_string(line, column, text[:_CELL_LIMIT], style)
    else:
        table.write_blank(line, column, None, style)


def _formats(book: Workbook, style: dict[str, object]) -> Sequence[Format]:
    """The style, and the same for what is locked."""
    return book.add_format(style), book.add_format(style | {"bg_color": _GREY})


def _set_for_print(table: Worksheet) -> None:
    table.set_landscape()
    table.set_paper(9)
    table.fit_to_pages(1, 0)
