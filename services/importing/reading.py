"""A path becomes sheets of text cells. Nothing here knows what the cells mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath

from services.importing.csv_files import read_csv
from services.importing.layout import sheet_of
from services.importing.problems import Problems
from services.importing.sheets import MAX_BYTES, MAX_ROWS, RawSheet, Unreadable, Whole
from services.importing.workbooks import read_workbook


def read_sheets(path: Path, problems: Problems) -> list[RawSheet]:
    """The sheets of a workbook, of a folder of CSV files or of one CSV file; complaints go to `problems`."""
    return _within_limits(path.name, lambda: _read(path, problems), problems)


def read_sent(name: str, content: bytes, problems: Problems) -> list[RawSheet]:
    """As `read_sheets`, for a workbook or a CSV file that somebody sent under this name."""

    def read() -> list[RawSheet]:
        _check_size(content)
        return _understand(PurePath(name), content, problems)

    return _within_limits(name, read, problems)


def _within_limits(name: str, read: Callable[[], list[RawSheet]], problems: Problems) -> list[RawSheet]:
    try:
        sheets = read()
    except Unreadable as reason:
        problems.error(reason.code, Whole(name), **reason.params)
        return []
    except OSError as reason:
        problems.error("file_unreadable", Whole(name), reason=reason.strerror or "")
        return []
    if sum(len(sheet.rows) for sheet in sheets) > MAX_ROWS:
        problems.error("too_many_rows", Whole(name), limit=MAX_ROWS)
        return []
    if not problems.errors and not any(sheet.rows for sheet in sheets):
        problems.error("file_empty", Whole(name))
    return sheets


def _read(path: Path, problems: Problems) -> list[RawSheet]:
    if path.is_dir():
        return _read_folder(path, problems)
    if not path.is_file():
        raise Unreadable("file_missing")
    return _understand(path, _read_limited(path), problems)


def _understand(path: PurePath, content: bytes, problems: Problems) -> list[RawSheet]:
    match path.suffix.lower():
        case ".xlsx":
            return read_workbook(content, problems)
        case ".csv":
            return [read_csv(path, content)]
        case suffix:
            raise Unreadable("file_kind_unknown", suffix=suffix)


def _read_folder(folder: Path, problems: Problems) -> list[RawSheet]:
    sheets: list[RawSheet] = []
    size = 0
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")):
            continue
        if not path.is_file() or path.suffix.lower() != ".csv" or sheet_of(path.stem) is None:
            problems.note("file_passed_over", Whole(path.name))
            continue
        try:
            content = _read_limited(path)
            size += len(content)
            if size > MAX_BYTES:
                raise Unreadable("file_too_big", limit=MAX_BYTES)
            sheets.append(read_csv(path, content))
        except Unreadable as reason:
            problems.error(reason.code, Whole(path.stem), **reason.params)
    return sheets


def _read_limited(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable("file_too_big", limit=MAX_BYTES)
    content = path.read_bytes()
    _check_size(content)
    return content


def _check_size(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise Unreadable("file_too_big", limit=MAX_BYTES)
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Unreadable("file_empty")
