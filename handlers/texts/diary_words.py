"""What the pages of a diary say alike."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from handlers.texts.i18n import text
from handlers.texts.words import cut, day_and_month
from services.diary_head import DiaryHead, PupilYear

NAME_LIMIT = 80
_SUNDAY = 6


def whose(head: DiaryHead) -> Markup:
    """«Иванов Пётр, 7Б»."""
    pupil = head.pupil
    name = cut(f"{pupil.last_name} {pupil.first_name}".strip(), NAME_LIMIT)
    return text("<b>{who}</b>", who=f"{name}, {cut(pupil.group, 20)}" if pupil.group else name)


def span(first: date, last: date) -> str:
    """«14–18 сентября», «28 сентября – 3 октября»."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_and_month(last)}"
    return f"{day_and_month(first)} – {day_and_month(last)}"


def no_lessons(year: PupilYear, day: date) -> Markup:
    """Why a day has no lessons, as far as the school's calendar says."""
    holiday = year.holiday(day)
    if holiday is not None and holiday.starts_on == holiday.ends_on:
        return text("{holiday}, уроков нет.", holiday=cut(holiday.name, NAME_LIMIT))
    if holiday is not None:
        return text("Каникулы до {day}.", day=day_and_month(holiday.ends_on))
    if day < year.starts_on:
        return text("Учебный год начинается {day}.", day=day_and_month(year.starts_on))
    if day > year.ends_on:
        return text("Учебный год закончился {day}.", day=day_and_month(year.ends_on))
    if day.weekday() == _SUNDAY:
        return text("Воскресенье, уроков нет.")
    return text("Уроков нет.")
