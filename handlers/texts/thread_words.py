"""Words that all screens of conversations share: who somebody is in a thread, and when they read."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from handlers.texts.absence_words import relation_word
from handlers.texts.i18n import label
from handlers.texts.words import (
    WEEKDAYS_SHORT,
    clock_time,
    cut,
    day_and_month,
    full_name,
    initials,
    on_weekday,
    with_initials,
)
from services.settings import PersonalData
from services.threads.access import Side
from services.threads.hours import Week
from services.threads.views import ThreadPupil, ThreadRow
from services.vocabulary import Desk

NAME_LIMIT = 60


def staff_words(row: ThreadRow) -> str:
    """The school's side as a family knows it: «Соколова Анна Петровна, алгебра»."""
    name = "" if row.staff is None else cut(full_name(row.staff), NAME_LIMIT)
    match row.desk:
        case Desk.CLASS_TEACHER:
            return label("{name}, классный руководитель", name=name)
        case Desk.TEACHER:
            return label("{name}, {subject}", name=name, subject=subject_words(row.subject or ""))
        case Desk.ADMINISTRATION:
            return label("Администрация школы")
        case Desk.HELP:
            return label("Помощь по журналу")


def family_words(row: ThreadRow) -> str:
    """The other side as the school knows it: «Иванова Мария Сергеевна, мама»."""
    name = cut(full_name(row.person), NAME_LIMIT)
    return name if row.pupil is None else f"{name}, {relation_word(row.relation)}"


def other_side(row: ThreadRow, side: Side) -> str:
    return staff_words(row) if side is Side.FAMILY else family_words(row)


def short_side(row: ThreadRow, side: Side) -> str:
    """For a button: «Соколова А. П.», «Иванова М. С. — Иванов П.»."""
    if side is Side.SCHOOL:
        return with_initials(row.person)
    return staff_words(row) if row.staff is None else with_initials(row.staff)


def subject_words(subject: str) -> str:
    """In the middle of a sentence: «алгебра»."""
    return cut(subject[:1].lower() + subject[1:], NAME_LIMIT)


def pupil_words(pupil: ThreadPupil, side: Side, personal_data: PersonalData = PersonalData.FULL) -> str:
    """«Иванов Пётр, 7Б» for the school, «Пётр» for the family; as initials where no more may be said."""
    if personal_data is not PersonalData.FULL:
        return initials(pupil.last_name, pupil.first_name)
    if side is Side.FAMILY:
        return cut(pupil.first_name or pupil.last_name, NAME_LIMIT)
    name = cut(f"{pupil.last_name} {pupil.first_name}".strip(), NAME_LIMIT)
    return f"{name}, {pupil.group}" if pupil.group else name


def topic_words(row: ThreadRow, side: Side, personal_data: PersonalData = PersonalData.FULL) -> str:
    """What a thread is about: «Иванов Пётр, 7Б · алгебра»."""
    parts = [] if row.pupil is None else [pupil_words(row.pupil, side, personal_data)]
    if row.subject and side is Side.SCHOOL:
        parts.append(subject_words(row.subject))
    return " · ".join(parts)


def from_when(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """«завтра с 08:00», «в понедельник, 21 сентября, с 08:00»."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    hour = clock_time(moment, zone)
    days = (local.date() - today).days
    if days == 0:
        return label("сегодня с {hour}", hour=hour)
    if days == 1:
        return label("завтра с {hour}", hour=hour)
    day = day_and_month(local.date())
    return label("{weekday}, {day}, с {hour}", weekday=on_weekday(local.date()), day=day, hour=hour)


def help_words(week: Week) -> str:
    """Who answers at the help point, and when (U9)."""
    return label("Отвечают администратор или секретарь школы: {week}.", week=week_words(week))


def week_words(week: Week) -> str:
    """«пн–пт 09:00–16:00, сб 10:00–12:00»."""
    runs = groupby(enumerate(sorted(week)), key=lambda item: (item[1] - item[0], week[item[1]]))
    said = []
    for (_, (opens, closes)), days in runs:
        numbers = [day for _, day in days]
        names = [label(WEEKDAYS_SHORT[day - 1]) for day in (numbers[0], numbers[-1])]
        span = names[0] if len(numbers) == 1 else "–".join(names)
        said.append(f"{span} {opens:%H:%M}–{closes:%H:%M}")
    return ", ".join(said)
