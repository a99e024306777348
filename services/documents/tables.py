"""A plain table as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter


def table_xlsx(
    title: str, subtitle: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]
) -> bytes:
    """A sheet with a title, a heading that stays in view, and rows of text. `columns`: name and width in
    characters. Nothing in it is a formula, whatever it begins with."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        bold = book.add_format({"bold": True})
        heading = book.add_format({"bold": True, "border": 1, "text_wrap": True})
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        sheet.write_string(0, 0, title, bold)
        sheet.write_string(1, 0, subtitle)
        for column, (name, width) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(3, column, name, heading)
        sheet.freeze_panes(4, 0)
        sheet.repeat_rows(3)
        for line, row in enumerate(rows, 4):
            for column, text in enumerate(row):
                sheet.write_string(line, column, text, cell)
    return content.getvalue()
