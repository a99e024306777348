"""Marks of a day as the family reads them."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from handlers.callbacks.marks import ShowMarksDay
from handlers.screen import Button, Screen
from handlers.texts.homework_notices import whose
from handlers.texts.i18n import label, lines, text
from handlers.texts.mark_words import mark_word
from handlers.texts.paging import page_of
from handlers.texts.words import cut, day_and_month, full_day
from handlers.texts.work_words import work_words
from services.notifications.marks_day import GivenFinal, GivenMark, MarksDay, Stood, Told
from services.settings import PersonalData
from services.vocabulary import FinalKind, MarkValue

COMMENT_LIMIT = 100


def marks_day_screen(view: MarksDay) -> Screen:
    """The living message; under `personal_data = none` it only says that there is something to read."""
    if view.personal_data is PersonalData.NONE:
        show = ShowMarksDay(pupil_id=view.pupil.pupil_id, day=view.day.toordinal())
        return Screen(str(text("Есть новое в дневнике.")), ((Button(label("Показать"), show),),))
    parts = mark_lines(view)
    shown, *_ = page_of(parts, 0)
    more = len(parts) - len(shown)
    return Screen(
        str(
            lines(
                whose(view.pupil, view.personal_data),
                text("Отметки, {day}", day=full_day(view.day)),
                "",
                *shown,
                *([text("…и ещё: {n}", n=more)] if more else []),
                *([text("Отметок за этот день больше нет.")] if not parts else []),
            )
        )
    )


def mark_lines(view: MarksDay) -> list[Markup]:
    """A line for every mark."""
    return [_line(one, view.day) for one in view.told]


def _line(one: Told, day: date) -> Markup:
    said = text(
        "{mark} — {subject}, {what}",
        mark=_mark(one),
        subject=cut(one.mark.subject, 60),
        what=_what(one, day),
    )
    comment = text("  «{comment}»", comment=cut(one.now.comment, COMMENT_LIMIT)) if one.now.comment else None
    return lines(said, comment)


def _mark(one: Told) -> Markup:
    """«<b>5</b> (было 4)», «отметка 4 убрана»."""
    if one.now.value is None:
        assert one.before is not None
        return text("убрано: {mark}", mark=_value(one.before))
    if one.before is None:
        return text("<b>{mark}</b>", mark=_value(one.now))
    return text("<b>{mark}</b> (было: {before})", mark=_value(one.now), before=_value(one.before))


def _value(stood: Stood) -> str:
    assert stood.value is not None
    if stood.value is MarkValue.DEBT and stood.due_on is not None:
        return label("долг • до {day}", day=day_and_month(stood.due_on))
    return mark_word(stood.value)


def _what(one: Told, day: date) -> str:
    """«контрольная работа № 2», with the lesson's day when it is not the message's."""
    match one.mark:
        case GivenMark(kind=kind, title=title, lesson_date=lesson_date):
            work = work_words(kind, title)
            return (
                work
                if lesson_date == day
                else label("{work}, {day}", work=work, day=day_and_month(lesson_date))
            )
        case GivenFinal(kind=FinalKind.TERM, term=term):
            return label("итог: {term}", term=term)
        case GivenFinal(kind=FinalKind.YEAR):
            return label("итог за год")
        case GivenFinal():
            return label("экзамен")
