"""What every locked screen says: why, who can open it, and the button that asks them (J5)."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from handlers.callbacks.changes import AskToUnlock
from handlers.screen import Button
from handlers.texts.i18n import label, text
from handlers.texts.words import day_and_month


def locked_words(day: date) -> Markup:
    """Of a lesson's day."""
    return text(
        "🔒 Записи за {day} закрыты: срок исправлений прошёл. Открыть их может завуч.", day=day_and_month(day)
    )


def finals_locked_words(last_day: date) -> Markup:
    """Of final marks that could be given until `last_day`."""
    return text(
        "🔒 Эти итоги закрыты: срок был до {day}. Открыть их может завуч.", day=day_and_month(last_day)
    )


def ask_button(
    *, lesson_id: int | None = None, course_id: int | None = None, term_id: int | None = None
) -> Button:
    """For whoever keeps the lesson, or the course's final marks."""
    asked = AskToUnlock(lesson_id=lesson_id, course_id=course_id, term_id=term_id)
    return Button(label("Попросить открыть"), asked)
