"""When the school reads messages: office hours on school days (C1), opening hours of the help point (U9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Desk
from db.queries import threads_people as queries
from services.errors import InvalidInput
from services.settings import institution_settings
from services.typed_times import typed_hours

SCHOOL_WEEK = range(1, 7)
"""ISO weekdays, Monday to Saturday: Sunday has no lessons."""
SATURDAY = 6
_FAR = 400
"""Days: longer than any holidays."""
_LOOK_BACK = timedelta(days=_FAR)
"""For those who count school days that are over."""

Week = Mapping[int, tuple[time, time]]
"""From when to when by ISO weekday, local; a day that is missing is closed."""


@dataclass(frozen=True, slots=True)
class Hours:
    week: Week
    closed: tuple[tuple[date, date], ...]
    """Holidays, both ends counted."""
    zone: ZoneInfo

    def opens(self, now: datetime) -> datetime | None:
        """When it opens after `now` (aware); None: it is open."""
        local = now.astimezone(self.zone)
        for ahead in range(_FAR):
            day = local.date() + timedelta(days=ahead)
            hours = self.week.get(day.isoweekday())
            if hours is None or any(first <= day <= last for first, last in self.closed):
                continue
            opens, closes = (datetime.combine(day, moment, self.zone) for moment in hours)
            if local < opens:
                return opens
            if local < closes:
                return None
        return None


async def hours_of(
    session: AsyncSession, school_id: int, desk: Desk, staff_id: int | None, now: datetime
) -> Hours:
    """The hours of a colleague, else those that the institution has for the desk."""
    settings = await institution_settings(session, school_id)
    zone = ZoneInfo(await queries.zone(session, school_id))
    week = {} if staff_id is None else await queries.own_hours(session, staff_id)
    if not week:
        if desk is Desk.HELP:
            daily = settings.help_from, settings.help_to
        else:
            daily = settings.office_from, settings.office_to
        week = dict.fromkeys(SCHOOL_WEEK, daily)
        if not await queries.teaches_on(session, school_id, SATURDAY, now.astimezone(zone).date()):
            del week[SATURDAY]
    since = now.astimezone(zone).date() - _LOOK_BACK
    closed = await queries.holidays(session, school_id, since)
    return Hours(week, tuple(closed), zone)


_DAYS = {"пн": 1, "вт": 2, "ср": 3, "чт": 4, "пт": 5, "сб": 6, "вс": 7}
_DAY = r"(пн|вт|ср|чт|пт|сб|вс)"
_PART = re.compile(rf"(?:{_DAY}(?:\s*[-\u2013\u2014\u2212]\s*{_DAY})?\s*:?\s+)?(.+)")


def read_hours(typed: str) -> dict[int, tuple[time, time]]:
    """«пн-пт 9-16, сб 10:00-12:00», «9-16»: the last word on a day counts.

    Raises InvalidInput when it is not understood.
    """
    week: dict[int, tuple[time, time]] = {}
    for part in re.split(r"[,;\n]", typed.lower()):
        match = _PART.fullmatch(part.strip())
        hours = typed_hours(match[3]) if match else None
        if match is None or hours is None or hours[0] >= hours[1]:
            raise InvalidInput(problem="office_hours")
        first, last = match[1], match[2]
        begin = _DAYS[first] if first else SCHOOL_WEEK[0]
        end = _DAYS[last] if last else begin if first else SCHOOL_WEEK[-1]
        if begin > end:
            raise InvalidInput(problem="office_hours")
        week |= dict.fromkeys(range(begin, end + 1), hours)
    return week


def school_days_before(hours: Hours, now: datetime, days: int) -> datetime:
    """The moment so many open days ago, to the minute of the clock."""
    local = now.astimezone(hours.zone)
    day, left = local.date(), days
    for _ in range(_FAR):
        if left == 0:
            break
        day -= timedelta(days=1)
        closed = any(first <= day <= last for first, last in hours.closed)
        left -= day.isoweekday() in hours.week and not closed
    return datetime.combine(day, local.time(), hours.zone)
