"""Marks and attendance as the journal writes them."""

from __future__ import annotations

from handlers.texts.i18n import label
from services.vocabulary import AttendanceStatus, MarkValue

_SYMBOLS = {
    MarkValue.PASSED: "зч",
    MarkValue.FAILED: "нз",
    MarkValue.NOT_ASSESSED: "н/а",
    MarkValue.EXEMPT: "осв",
    MarkValue.DEBT: "•",
}
_WORDS = {
    MarkValue.PASSED: "зачёт",
    MarkValue.FAILED: "незачёт",
    MarkValue.NOT_ASSESSED: "не аттестован(а)",
    MarkValue.EXEMPT: "освобождён(а)",
    MarkValue.DEBT: "долг",
}


def mark_symbol(value: MarkValue) -> str:
    """As it stands in a cell: «5», «зч», «н/а», «осв», «•»."""
    return label(_SYMBOLS[value]) if value in _SYMBOLS else value.value


def mark_word(value: MarkValue) -> str:
    """As a sentence says it: «5», «зачёт», «долг»."""
    return label(_WORDS[value]) if value in _WORDS else value.value


def attendance_symbol(status: AttendanceStatus, late_minutes: int | None = None) -> str:
    """«н», «о», «о12»; nothing for who was there."""
    match status:
        case AttendanceStatus.ABSENT:
            return label("н")
        case AttendanceStatus.LATE:
            return label("о") + (str(late_minutes) if late_minutes else "")
    return ""
