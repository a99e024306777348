"""The zip archive inside an XLSX: what it unpacks to is counted, never believed."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from services.importing.sheets import MAX_UNPACKED, Unreadable

_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_MAX_AREA = 20_000_000
"""Cells of the rectangle that a sheet spans: the reader holds all of it in memory, filled or not."""
_FILLED_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^<>]*(?<!/)>')
_CELL_TAG_LENGTH = 256


def check_archive(content: bytes) -> None:
    """Raises Unreadable when this is no workbook, or one that would not fit into memory."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("file_is_old_excel")
    if not content.startswith(b"PK\x03\x04"):
        raise Unreadable("file_not_workbook")
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
        if "xl/workbook.xml" not in {member.filename.lower() for member in members}:
            raise Unreadable("file_not_workbook")
        if sum(member.file_size for member in members) > MAX_UNPACKED:
            raise Unreadable("file_unpacks_too_big", limit=MAX_UNPACKED)
        left = MAX_UNPACKED
        for member in members:
            left -= _check_member(content, member, left)
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError, NotImplementedError):
        raise Unreadable("file_not_workbook") from None


def _check_member(content: bytes, member: zipfile.ZipInfo, left: int) -> int:
    """The member's true size."""
    size, tail, last_row, last_column = 0, b"", 0, 0
    for chunk in _unpack(content, member):
        size += len(chunk)
        if size > left:
            raise Unreadable("file_unpacks_too_big", limit=MAX_UNPACKED)
        if not member.filename.endswith(".xml"):
            continue
        for letters, digits in _FILLED_CELL.findall(tail + chunk):
            last_row, last_column = max(last_row, int(digits)), max(last_column, _column_number(letters))
        tail = chunk[-_CELL_TAG_LENGTH:]
    if last_row * last_column > _MAX_AREA:
        raise Unreadable("sheet_spans_too_far", rows=last_row, columns=last_column)
    return size


def _unpack(content: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    if member.flag_bits & _ENCRYPTED:
        raise Unreadable("file_has_password")
    signature, name, extra = _LOCAL_HEADER.unpack_from(content, member.header_offset)
    start = member.header_offset + _LOCAL_HEADER.size + name + extra
    packed = content[start : start + member.compress_size]
    if signature != b"PK\x03\x04" or len(packed) != member.compress_size:
        raise Unreadable("file_not_workbook")
    if member.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise Unreadable("file_not_workbook")
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    while packed and not inflate.eof:
        yield inflate.decompress(packed, _CHUNK)
        packed = inflate.unconsumed_tail


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
