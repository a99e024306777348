"""XLSX: sheets of text from a workbook whose archive has been checked."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from services.importing.archive import check_archive
from services.importing.layout import sheet_of
from services.importing.problems import Problems
from services.importing.sheets import RawSheet, Unreadable, Whole

_YES, _NO = "да", "нет"


def read_workbook(content: bytes, problems: Problems) -> list[RawSheet]:
    """Raises Unreadable for what is not an ordinary workbook."""
    check_archive(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return list(_sheets(workbook, problems))
    except PasswordError:
        raise Unreadable("file_has_password") from None
    except (CalamineError, OSError, ValueError):
        raise Unreadable("file_not_workbook") from None


def _sheets(workbook: CalamineWorkbook, problems: Problems) -> Iterator[RawSheet]:
    for sheet in workbook.sheets_metadata:
        if sheet.typ is not SheetTypeEnum.WorkSheet:
            continue
        table = workbook.get_sheet_by_name(sheet.name)
        indent = [""] * (
            table.start[1] if table.start else 0
        )  # iter_rows leaves out empty columns at the left
        rows = {
            number: indent + [_as_seen(cell) for cell in cells]
            for number, cells in enumerate(table.iter_rows(), 1)
            if any(cell != "" for cell in cells)
        }
        rows = {number: cells for number, cells in rows.items() if any(cell.strip() for cell in cells)}
        if rows and sheet_of(sheet.name) is None:
            problems.note("sheet_passed_over", Whole(sheet.name))
        elif rows and sheet.visible is not SheetVisibleEnum.Visible:
            problems.note("sheet_hidden", Whole(sheet.name))
        yield RawSheet(sheet.name, rows, is_workbook=True)


def _as_seen(cell: str | float | bool | date | time | datetime | timedelta) -> str:
    match cell:
        case str():
            return cell
        case bool():
            return _YES if cell else _NO
        case int() | float():
            return f"{cell:.15g}" if abs(cell) < 1e15 else f"{cell:.0f}"
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}" if cell.time() != time() else cell.date().isoformat()
        case date():
            return cell.isoformat()
        case time():
            return f"{cell:%H:%M}" if not cell.second else f"{cell:%H:%M:%S}"
        case timedelta():
            minutes, seconds = divmod(round(cell.total_seconds()), 60)
            hours, minutes = divmod(minutes, 60)
            return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
