"""«Пропуски»: days and lessons missed, by term and for the year."""

from __future__ import annotations

from markupsafe import Markup

from handlers.callbacks.diary import ShowAttendance
from handlers.screen import Screen
from handlers.texts.diary_ways import back_row, other_children
from handlers.texts.diary_words import span, whose
from handlers.texts.i18n import lines, text
from handlers.texts.paging import fitting
from handlers.texts.words import cut, units
from services.absence_totals import AbsenceTotals, TermRow, Totals

TERM_LIMIT = 60


def absence_totals_screen(view: AbsenceTotals) -> Screen:
    head = lines(whose(view.head), text("Пропуски"))
    year = [Markup(""), text("<b>Учебный год</b>"), *_totals(view.year)]
    terms = [line for term, totals in view.terms for line in _term(term, totals)]
    shown = fitting([*year, *terms], units(head))
    rows = (
        *other_children(view.head, lambda child: ShowAttendance(pupil_id=child)),
        back_row(view.head),
    )
    return Screen(lines(head, *shown), rows)


def _term(term: TermRow, totals: Totals) -> list[Markup]:
    days = span(term.starts_on, term.ends_on)
    title = text("<b>{term}</b>, {days}", term=cut(term.name, TERM_LIMIT), days=days)
    return [Markup(""), title, *_totals(totals)]


def _totals(totals: Totals) -> list[Markup]:
    """Reasons one by one; what did not happen is not said."""
    if not (totals.lessons or totals.excused or totals.late):
        return [text("Пропусков и опозданий нет.")]
    reasons = (
        ("    по уважительной причине: {n}", totals.valid),
        ("    без уважительной причины: {n}", totals.not_valid),
        ("    причина не подтверждена: {n}", totals.unexplained),
    )
    return [
        text("Пропущено уроков: {n}", n=totals.lessons),
        *(text(words, n=number) for words, number in reasons if number),
        *([text("Пропущено дней целиком: {n}", n=totals.days)] if totals.lessons else []),
        *([text("Не считаются пропусками: {n}", n=totals.excused)] if totals.excused else []),
        *([text("Опозданий: {n}", n=totals.late)] if totals.late else []),
    ]
