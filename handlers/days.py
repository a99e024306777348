"""Days out of buttons and out of what people type."""

from __future__ import annotations

import re
from datetime import date

from services.errors import NotFound

_FIRST, _LAST = date(2000, 1, 1).toordinal(), date(2100, 12, 31).toordinal()
_TYPED = re.compile(r"\s*(\d{1,2})\s*[./-]\s*(\d{1,2})(?:\s*[./-]\s*(\d{4}))?\s*\.?\s*", re.ASCII)


def day_of(ordinal: int) -> date:
    """The day of a button. Raises NotFound for a number that no button of ours carries."""
    if not _FIRST <= ordinal <= _LAST:
        raise NotFound
    return date.fromordinal(ordinal)


def typed_day(typed: str, today: date) -> date | None:
    """«14.09» or «14.09.2026»; without a year, the nearest such day. None when it is not a day."""
    found = _TYPED.fullmatch(typed)
    if found is None:
        return None
    day, month, year = found.groups()
    years = [int(year)] if year else [today.year - 1, today.year, today.year + 1]
    days = [valid for number in years if (valid := _valid(number, int(month), int(day)))]
    return min(days, key=lambda one: abs(one - today), default=None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        valid = date(year, month, day)
    except ValueError:
        return None
    return valid if _FIRST <= valid.toordinal() <= _LAST else None
