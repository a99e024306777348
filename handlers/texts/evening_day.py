"""The evening's message: what a family has put off of a child's day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from markupsafe import Markup

from handlers.callbacks.homework import ShowHomeworkDay
from handlers.callbacks.marks import ShowDebts, ShowMarksDay
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row
from handlers.texts.debts import debt_lines
from handlers.texts.homework_notices import file_rows, task_lines, whose
from handlers.texts.i18n import label, lines, text
from handlers.texts.marks_day import mark_lines
from handlers.texts.paging import fitting
from handlers.texts.words import full_day, units
from services.notifications.evening_day import DebtReminder, EveningDay, HomeworkDay, MarksDay, Part
from services.settings import PersonalData

MORE_RESERVED = 40


def evening_day_screen(view: EveningDay) -> Screen:
    """Part after part; what does not fit, or may not be said unasked, has a button."""
    if view.personal_data is PersonalData.NONE:
        rows = tuple(_show(part, view) for part in view.parts)
        return Screen(text("Есть новое в дневнике."), rows)
    title = lines(whose(view.pupil, view.personal_data), text("За день: {day}", day=full_day(view.day)))
    if not view.parts:
        return Screen(lines(title, "", text("Того, о чём мы писали, больше нет.")))
    said = [line for part in view.parts for line in _lines(part)]
    shown = fitting(said, units(title) + MORE_RESERVED)
    files = tuple(row for part in view.parts if isinstance(part, HomeworkDay) for row in file_rows(part))
    if len(shown) == len(said):
        return Screen(lines(title, *said), files)
    more = text("…и ещё: {n}", n=len(said) - len(shown))
    return Screen(lines(title, *shown, more), (*files, *(_show(part, view) for part in view.parts)))


def _lines(part: Part) -> Iterator[Markup]:
    match part:
        case MarksDay():
            yield lines("", text("<b>Отметки</b>"))
            yield from mark_lines(part)
        case HomeworkDay():
            yield lines("", text("<b>Домашнее задание</b>"))
            yield from task_lines(part)
        case DebtReminder():
            yield lines("", text("<b>Долги</b>"))
            yield from debt_lines(part)
        case _:
            assert_never(part)


def _show(part: Part, view: EveningDay) -> Row:
    pupil_id, day = view.pupil.pupil_id, view.day.toordinal()
    match part:
        case MarksDay():
            return (Button(label("Отметки"), ShowMarksDay(pupil_id=pupil_id, day=day)),)
        case HomeworkDay():
            return (Button(label("Домашнее задание"), ShowHomeworkDay(pupil_id=pupil_id, day=day)),)
        case DebtReminder():
            return (Button(label("Долги"), ShowDebts(pupil_id=pupil_id)),)
        case _:
            assert_never(part)
