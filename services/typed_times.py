"""Days, hours and moments as people type them; None for what is none of them."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from services.typed import tidy_line

_YEARS = range(2000, 2101)
_DAY = r"[0-9]{1,2}\s*[./-]\s*[0-9]{1,2}(?:\s*[./-]\s*[0-9]{4})?"
_CLOCK = r"[0-9]{1,2}\s*[:.]\s*[0-9]{2}"
_TIME = rf"{_CLOCK}|[0-9]{{1,2}}"
_TILL = r"\s*(?:[-\u2013\u2014\u2212]|до|по)\s*"
_ONE_DAY = re.compile(rf"({_DAY})\s*\.?")
_TWO_DAYS = re.compile(rf"(?:с\s+)?({_DAY}){_TILL}({_DAY})")
_HOURS = re.compile(rf"(?:с\s+)?({_TIME}){_TILL}({_TIME})")
_MOMENT = re.compile(rf"(?:({_DAY})[,\s]\s*)?(?:в\s+)?({_CLOCK})\.?")


def typed_day(typed: str, today: date) -> date | None:
    """«14.09» or «14.09.2026»; without a year, the nearest such day."""
    found = _ONE_DAY.fullmatch(tidy_line(typed))
    return _day(found[1], today) if found else None


def typed_days(typed: str, today: date) -> tuple[date, date] | None:
    """«01.09–14.09», «с 1.09 по 14.09», in the order in which they were typed."""
    found = _TWO_DAYS.fullmatch(tidy_line(typed).lower())
    first, last = (_day(one, today) for one in found.groups()) if found else (None, None)
    return None if first is None or last is None else (first, last)


def typed_hours(typed: str) -> tuple[time, time] | None:
    """«21:30–07:00», «с 22 до 7», in the order in which they were typed."""
    found = _HOURS.fullmatch(tidy_line(typed).lower())
    first, last = (typed_time(one) for one in found.groups()) if found else (None, None)
    return None if first is None or last is None else (first, last)


def typed_time(typed: str) -> time | None:
    """«9:30», «09.30» or «9»."""
    words = tidy_line(typed)
    if re.fullmatch(_TIME, words) is None:
        return None
    hour, minute = (*re.split("[:.]", words), "0")[:2]
    try:
        return time(int(hour), int(minute))
    except ValueError:
        return None


def typed_moment(typed: str, now: datetime, *, hour: int) -> datetime | None:
    """«15.09 18:30», «15.09» (then at `hour`) or «18:30» (today's). `now` is local to the school."""
    day = typed_day(typed, now.date())
    if day is not None:
        return datetime.combine(day, time(hour), now.tzinfo)
    found = _MOMENT.fullmatch(tidy_line(typed).lower())
    if found is None:
        return None
    day, at = _day(found[1], now.date()) if found[1] else now.date(), typed_time(found[2])
    return None if day is None or at is None else datetime.combine(day, at, now.tzinfo)


def _day(matched: str, today: date) -> date | None:
    day, month, *year = (int(number) for number in re.split(r"\s*[./-]\s*", matched))
    years = year or [today.year - 1, today.year, today.year + 1]
    days = [valid for one in years if (valid := _valid(one, month, day))]
    return min(days, key=lambda one: abs(one - today), default=None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None
