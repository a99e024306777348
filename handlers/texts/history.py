"""The history of a lesson and of final marks: who, when, before and after, why (J5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.changes import ShowFinalsHistory, ShowHistoryPage
from handlers.callbacks.final_marks import ShowFinals
from handlers.callbacks.lessons import ShowLesson
from handlers.screen import Button, Screen
from handlers.texts.buttons import menu_button
from handlers.texts.changes import change_words, names_of
from handlers.texts.course_words import course_name
from handlers.texts.i18n import label, lines, text
from handlers.texts.lessons import place
from handlers.texts.paging import turning
from handlers.texts.words import cut, full_day, with_initials
from services.history import Entry, FinalsHistory, LessonHistory

_MONTHS = (
    *("янв.", "февр.", "марта", "апр.", "мая", "июня"),
    *("июля", "авг.", "сент.", "окт.", "нояб.", "дек."),
)
NAME_LIMIT, CHANGE_LIMIT = 60, 340
"""Of a line; a page of them fits a message."""


def history_screen(view: LessonHistory, zone: ZoneInfo) -> Screen:
    """A page of a lesson's history, the newest first."""
    lesson = view.lesson
    title = (place(lesson), text("Изменения · {n} урок · {day}", n=lesson.number, day=full_day(lesson.date)))
    turned = turning(view.page, view.pages, lambda to: ShowHistoryPage(lesson_id=lesson.lesson_id, page=to))
    back = (Button(label("‹ К уроку"), ShowLesson(lesson_id=lesson.lesson_id)),) if view.gives else ()
    return Screen(
        lines(*title, "", *_lines(view.entries.rows, view.page, zone)), (*turned, (*back, menu_button()))
    )


def finals_history_screen(view: FinalsHistory, zone: ZoneInfo) -> Screen:
    """A page of the history of final marks, the newest first."""
    where: dict[str, Any] = {"course_id": view.course.course_id, "kind": view.kind, "term_id": view.term_id}
    title = text("<b>{course} · изменения итогов</b>", course=cut(course_name(view.course), 200))
    turned = turning(view.page, view.pages, lambda to: ShowFinalsHistory(**where, page=to))
    back = Button(label("‹ К итогам"), ShowFinals(**where, page=0))
    return Screen(
        lines(title, "", *_lines(view.entries.rows, view.page, zone)), (*turned, (back, menu_button()))
    )


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """«14 сент. 10:18»."""
    local = moment.astimezone(zone)
    return f"{local.day} {label(_MONTHS[local.month - 1])} {local:%H:%M}"


def _lines(entries: tuple[Entry, ...], page: int, zone: ZoneInfo) -> list[Markup]:
    if not entries:
        return [text("Здесь ничего не меняли.") if page == 0 else text("Дальше записей нет.")]
    names = names_of(entries)
    return [
        text(
            "{at} {who}: {what}",
            at=moment_words(one.at, zone),
            who=cut(with_initials(one.author), NAME_LIMIT) if one.author else label("система"),
            what=cut(change_words(one, names, zone), CHANGE_LIMIT),
        )
        for one in entries
    ]
