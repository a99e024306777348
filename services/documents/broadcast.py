"""What families answered to a broadcast: a sheet to sign, and a workbook to count with (C6)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from services.documents.tables import table_xlsx
from services.documents.typesetting import pdf

_WIDTHS = (8, 30, 14, 12, 30, 20, 24, 24, 18)


@dataclass(frozen=True, slots=True)
class PrintedBroadcast:
    """In words already; whoever draws it adds none of their own."""

    title: str
    school: str
    text: str
    numbers: tuple[str, ...]
    headings: tuple[str, ...]
    """Of the sheet; the last column is for signatures."""
    rows: tuple[tuple[str, ...], ...]
    """A family each, without the signature; people of a family stand on lines of their own."""
    people_headings: tuple[str, ...]
    people: tuple[tuple[str, ...], ...]
    """A person each, for the workbook."""
    signature: str
    page: str


def broadcast_pdf(printed: PrintedBroadcast) -> bytes:
    """A4, a row for every family with a place to sign. Takes long: call it in a thread."""
    return pdf("broadcast", asdict(printed))


def broadcast_xlsx(printed: PrintedBroadcast) -> bytes:
    """A row for every person of every family. Takes long: call it in a thread."""
    columns = tuple(zip(printed.people_headings, _WIDTHS, strict=True))
    return table_xlsx(printed.title, " · ".join(printed.numbers), columns, printed.people)
