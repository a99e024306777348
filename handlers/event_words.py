"""An event out of one message: «25.09 10:00 Экскурсия», and details on the lines below."""

from __future__ import annotations

import re
from datetime import date

from services.errors import InvalidInput
from services.events import EventDraft
from services.importing.text import clean
from services.typed import tidy_line
from services.typed_times import typed_day, typed_time

_FIRST_LINE = re.compile(
    r"(?P<day>\d{1,2}\.\d{1,2}(?:\.\d{4})?),?\s+(?:(?:в\s+)?(?P<time>\d{1,2}:\d{2}),?\s+)?(?P<title>\S.*)",
    re.ASCII,
)


def read_event(typed: str, today: date) -> EventDraft:
    """Raises InvalidInput for what is not an event."""
    words, _ = clean(typed)
    first, _, details = words.partition("\n")
    found = _FIRST_LINE.fullmatch(first.strip())
    day = typed_day(found["day"], today) if found else None
    if found is None or day is None:
        raise InvalidInput(problem="event_typed")
    starts_at = typed_time(found["time"]) if found["time"] else None
    if found["time"] and starts_at is None:
        raise InvalidInput(problem="event_typed")
    return EventDraft(day, starts_at, tidy_line(found["title"]), details.strip())
