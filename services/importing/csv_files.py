"""CSV as offices save it: UTF-8 or Windows-1251, comma, semicolon or tab, quoted line ends."""

from __future__ import annotations

import csv
import io
from pathlib import PurePath

from services.importing.layout import SheetLayout, sheet_of
from services.importing.sheets import MAX_BYTES, RawSheet, Unreadable

_OTHER_KINDS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")
_DELIMITERS = ",;\t"
_LOOK_AT_ROWS = 40


def read_csv(path: PurePath, content: bytes) -> RawSheet:
    """Raises Unreadable for what is not text or not a table."""
    text = _decode(content)
    csv.field_size_limit(MAX_BYTES)
    try:
        rows = _parse(text, _delimiter(text, sheet_of(path.stem)))
    except csv.Error:
        raise Unreadable("file_not_csv") from None
    if not rows:
        raise Unreadable("file_empty")
    return RawSheet(path.stem, rows, is_workbook=False)


def _decode(content: bytes) -> str:
    if content.startswith(_OTHER_KINDS):
        raise Unreadable("file_not_csv")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content:
        raise Unreadable("file_not_csv")
    else:
        encodings = ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("file_not_csv")


def _delimiter(text: str, layout: SheetLayout | None) -> str:
    """The one that shows the most known headers; a title or a topic may hold any of them."""
    head = text[: 1 << 16]

    def headers(delimiter: str) -> tuple[int, int]:
        rows = list(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))[:_LOOK_AT_ROWS]
        known = max((layout.known(row) for row in rows), default=0) if layout else 0
        return known, max((len(row) for row in rows), default=0)

    return max(_DELIMITERS, key=headers)


def _parse(text: str, delimiter: str) -> dict[int, list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return {number: row for number, row in enumerate(reader, 1) if any(cell.strip() for cell in row)}
