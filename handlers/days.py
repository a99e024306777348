"""Days and moments out of buttons."""

from __future__ import annotations

from datetime import UTC, date, datetime

from services.errors import NotFound

_FIRST, _LAST = date(2000, 1, 1).toordinal(), date(2100, 12, 31).toordinal()
_LAST_MINUTE = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) // 60


def day_of(ordinal: int) -> date:
    """The day of a button. Raises NotFound for a number that no button of ours carries."""
    if not _FIRST <= ordinal <= _LAST:
        raise NotFound
    return date.fromordinal(ordinal)


def moment_of(minute: int) -> datetime | None:
    """A button's minute, since 1970; 0: none. Raises NotFound for what no button of ours carries."""
    if not 0 <= minute <= _LAST_MINUTE:
        raise NotFound
    return datetime.fromtimestamp(minute * 60, UTC) if minute else None
