"""Moments out of what people type, and out of buttons."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time

from handlers.days import typed_day
from services.errors import NotFound

_TIME = re.compile(r"(\d{1,2})\s*[:.]\s*(\d{2})\s*$", re.ASCII)
_LAST_MINUTE = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) // 60


def moment_of(minute: int) -> datetime | None:
    """A button's minute, since 1970; 0: none. Raises NotFound for what no button of ours carries."""
    if not 0 <= minute <= _LAST_MINUTE:
        raise NotFound
    return datetime.fromtimestamp(minute * 60, UTC) if minute else None


def typed_moment(typed: str, now: datetime, *, hour: int) -> datetime | None:
    """«15.09 18:30», «15.09» (then at `hour`) or «18:30» (today's); None when it is not a moment.
    `now` is local to the school."""
    words = typed.strip().rstrip(".")
    if (day := typed_day(words, now.date())) is not None:
        return datetime.combine(day, time(hour), now.tzinfo)
    found = _TIME.search(words)
    at = found and _time(int(found[1]), int(found[2]))
    if not found or at is None:
        return None
    before = words[: found.start()].strip().removesuffix(" в").strip(" ,")
    day = typed_day(before, now.date()) if before else now.date()
    return None if day is None else datetime.combine(day, at, now.tzinfo)


def _time(hour: int, minute: int) -> time | None:
    return time(hour, minute) if hour < 24 and minute < 60 else None
