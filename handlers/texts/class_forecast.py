"""What a class is heading for, subject by subject."""

from __future__ import annotations

from markupsafe import Markup

from handlers.callbacks.diary import ShowClassForecast, ShowDiaries
from handlers.screen import Button, Screen
from handlers.texts.buttons import menu_button
from handlers.texts.diary_words import span
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.mark_words import mark_symbol
from handlers.texts.paging import page_of, turning
from handlers.texts.words import cut
from services.class_forecast import ClassForecast, Range, SubjectForecast
from services.vocabulary import MarkValue

NAME_LIMIT, SUBJECT_LIMIT = 20, 60
_MARKS = (MarkValue.FIVE, MarkValue.FOUR, MarkValue.THREE, MarkValue.TWO)


def class_forecast_screen(view: ClassForecast, page: int) -> Screen:
    shown, page, pages = page_of([_subject(subject) for subject in view.subjects], page)
    body = lines(
        text("<b>{group} · прогноз класса</b>", group=cut(view.group, NAME_LIMIT)),
        _period(view),
        *shown,
        *_explained(view),
    )
    back = Button(label("‹ Дневники"), ShowDiaries(group_id=view.group_id, page=0))
    turned = turning(page, pages, lambda to: ShowClassForecast(group_id=view.group_id, page=to))
    return Screen(body, (*turned, (back, menu_button())))


def _period(view: ClassForecast) -> Markup:
    if not view.has_marks:
        return text("В первом классе отметок не ставят.")
    if view.term is None:
        return text("Сейчас каникулы: прогноз появится, когда начнётся следующий период.")
    days = span(view.term.starts_on, view.term.ends_on)
    return text("{term}, {days}", term=cut(view.term.name, SUBJECT_LIMIT), days=days)


def _subject(one: SubjectForecast) -> Markup:
    """«5: 3 · 4: 8 · 3: 2», and the range of the figures."""
    marks = [f"{mark_symbol(mark)}: {one.marks[mark]}" for mark in _MARKS if one.marks.get(mark)]
    early = count("рано судить о {n} ученике", "рано судить о {n} учениках", one.too_early)
    said = [*marks, *([str(early)] if one.too_early else [])]
    return lines(
        "",
        text("<b>{subject}</b>", subject=cut(one.subject, SUBJECT_LIMIT)),
        text("{marks}", marks=" · ".join(said)),
        None
        if one.quality is None or one.success is None
        else text(
            "качество {quality}, успеваемость {success}",
            quality=_range(one.quality),
            success=_range(one.success),
        ),
    )


def _range(found: Range) -> str:
    """«40–62 %»."""
    return f"{found.low} %" if found.low == found.high else f"{found.low}–{found.high} %"


def _explained(view: ClassForecast) -> list[Markup]:
    if not view.subjects:
        return []
    return [
        Markup(""),
        text(
            "Число учеников — по среднему баллу сейчас. Проценты — от худшего до лучшего, что вероятно "
            "для каждого."
        ),
    ]
