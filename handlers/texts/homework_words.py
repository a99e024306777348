"""Words about a task: when it is due, for whom, what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from handlers.texts.i18n import label, text
from handlers.texts.words import Naming, clock_time, cut, day_and_month, distinct_names, short_day, units
from services.homework import LessonPupil

NAME_LIMIT = 24
NAMES_SHOWN = 8


def due_words(day: date, number: int | None) -> str:
    """«на ср 16.09, 3-й урок»."""
    if number is None:
        return label("на {day}", day=short_day(day))
    return label("на {day}, {n}-й урок", day=short_day(day), n=number)


def until_words(moment: datetime, zone: ZoneInfo, today: date) -> str:
    """«до 16:35», «до конца дня», «до конца дня 14 сентября»."""
    local = moment.astimezone(zone)
    if local.time() == time.min:
        day = local.date() - timedelta(days=1)
        return label("до конца дня") if day == today else label("до конца дня {day}", day=day_and_month(day))
    hour = clock_time(moment, zone)
    if local.date() == today:
        return label("до {time}", time=hour)
    return label("до {time} {day}", time=hour, day=day_and_month(local.date()))


def names_of(pupils: Iterable[LessonPupil]) -> dict[int, str]:
    """«Иванов П.» by id; of namesakes as much more as tells them apart."""
    namings = {
        one.pupil_id: Naming(one.last_name, one.first_name, one.middle_name, one.number) for one in pupils
    }
    return {pupil_id: cut(name, NAME_LIMIT) for pupil_id, name in distinct_names(namings).items()}


def whom_words(pupil_ids: Iterable[int] | None, names: Mapping[int, str]) -> str:
    """«Всем», «Иванов П., Петрова К.», «Агаев И., … и ещё 12»."""
    if pupil_ids is None:
        return label("Всем")
    known = sorted(names[one] for one in pupil_ids if one in names)
    if not known:
        return label("Никому")
    if len(known) <= NAMES_SHOWN:
        return ", ".join(known)
    shown = ", ".join(known[:NAMES_SHOWN])
    return label("{names} и ещё {n}", names=shown, n=len(known) - NAMES_SHOWN)


def said(words: str, limit: int) -> Markup:
    """What a teacher wrote, escaped and no longer than `limit` units then; without words the files say it."""
    if not words:
        return text("<i>смотрите файлы</i>")
    whole = escape(words)
    if units(whole) <= limit:
        return whole
    lengths = accumulate(units(escape(character)) for character in words)
    kept = sum(1 for length in lengths if length < limit)
    return escape(words[:kept].rstrip()) + "…"
