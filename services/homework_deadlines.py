"""Until when homework is to be entered (J3), and when a teacher is reminded of it.

Homework is entered on the day of the lesson (K, B, L), or at most so many hours after the class's last lesson
(T: three). Entering it later stays possible until the lesson is locked; it is shown as late.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.settings import InstitutionSettings

AHEAD = timedelta(hours=1)
"""How long before its last moment a teacher is reminded."""


def deadline(settings: InstitutionSettings, day: date, day_ends: datetime, zone: ZoneInfo) -> datetime:
    """The last moment to enter what was set on `day`, whose last lesson for the class ends at `day_ends`."""
    if settings.homework_hours:
        return day_ends + timedelta(hours=settings.homework_hours)
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def reminds_at(settings: InstitutionSettings, day: date, day_ends: datetime, zone: ZoneInfo) -> datetime:
    """An hour before the deadline or before the quiet hours, whichever comes first; not before the class's
    last lesson is over."""
    moments = [deadline(settings, day, day_ends, zone) - AHEAD]
    if settings.quiet_from != settings.quiet_to:
        moments.append(datetime.combine(day, settings.quiet_from, zone) - AHEAD)
    return max(min(moments), day_ends)
