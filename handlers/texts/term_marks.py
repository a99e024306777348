"""A term's marks by subject, and where they are heading."""

from __future__ import annotations

from markupsafe import Markup

from handlers.callbacks.diary import ShowTermMarks, ShowWhy
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows
from handlers.texts.diary_ways import back_row, other_children
from handlers.texts.diary_words import span, whose
from handlers.texts.i18n import lines, text
from handlers.texts.mark_words import mark_symbol
from handlers.texts.paging import fitting
from handlers.texts.words import average_words, cut, number_words, units
from services.term_marks import Forecast, KnownMark, SubjectMarks, TermMarks
from services.vocabulary import MarkValue

SUBJECT_LIMIT, TERM_LIMIT, BUTTON_LIMIT = 28, 40, 22
MARKS_SHOWN = 24
"""The latest ones; «Почему» has more."""
SUBJECTS_SHOWN = 40


def term_marks_screen(view: TermMarks) -> Screen:
    """Subject by subject: average, marks, the final mark or the forecast."""
    title = [whose(view.head)]
    if view.term is None:
        has_marks = view.head.year.has_marks
        title.append(
            text("Периодов в этом учебном году пока нет.")
            if has_marks
            else text("В первом классе отметок не ставят.")
        )
        return Screen(lines(*title), (*_children(view), back_row(view.head)))
    days = span(view.term.starts_on, view.term.ends_on)
    title.append(text("{term}, {days}", term=cut(view.term.name, TERM_LIMIT), days=days))
    footer = _footer(view)
    head = lines(*title)
    said = [line for subject in view.subjects for line in _subject(subject)]
    shown = fitting(said or [Markup(""), text("Отметок пока нет.")], units(head) + units(footer) + 2)
    return Screen(
        lines(head, *shown, "", footer) if footer else lines(head, *shown),
        (*_why_rows(view), *_term_rows(view), *_children(view), back_row(view.head)),
    )


def _footer(view: TermMarks) -> Markup:
    parts = []
    if any(subject.average for subject in view.subjects):
        parts.append(text("Нажмите на предмет: почему такой балл и что если."))
    if any(subject.forecast for subject in view.subjects):
        parts.append(text("Прогноз — по отметкам и урокам, которые остались; это не обещание."))
    return lines(*parts)


def _subject(subject: SubjectMarks) -> list[Markup]:
    """«Алгебра  4,33 · прогноз 4–5», and the marks below."""
    notes = (
        [text("<b>{average}</b>", average=average_words(subject.average.value))] if subject.average else []
    )
    notes += [Markup("· ") + one for one in _result(subject)]
    name = text("{subject}", subject=cut(subject.subject, SUBJECT_LIMIT))
    return [Markup(""), Markup(" ").join([name, *notes]), _marks(subject.marks)]


def _result(subject: SubjectMarks) -> list[Markup]:
    given = []
    if subject.final is not None:
        given.append(text("итог <b>{mark}</b>", mark=mark_symbol(subject.final)))
    elif subject.forecast is not None:
        given.append(text("прогноз {marks}", marks=likely(subject.forecast)))
    if subject.of_year is not None:
        given.append(text("год <b>{mark}</b>", mark=mark_symbol(subject.of_year)))
    return given


def likely(forecast: Forecast) -> str:
    """«4–5», «4»."""
    return between(forecast.likely)


def between(marks: tuple[MarkValue, MarkValue]) -> str:
    low, high = (mark_symbol(mark) for mark in marks)
    return low if low == high else f"{low}–{high}"


def _marks(marks: tuple[KnownMark, ...]) -> Markup:
    if not marks:
        return text("отметок нет")
    words = [weighed(mark) for mark in marks[-MARKS_SHOWN:]]
    return text("{marks}", marks=" ".join(["…", *words] if len(marks) > MARKS_SHOWN else words))


def weighed(mark: KnownMark) -> str:
    """«5», «4×2», «•»: the weight where it is not one."""
    symbol = mark_symbol(mark.value)
    is_plain = mark.weight == 1 or mark.value is MarkValue.DEBT
    return symbol if is_plain else f"{symbol}×{number_words(mark.weight)}"


def _why_rows(view: TermMarks) -> tuple[Row, ...]:
    assert view.term is not None
    return in_rows(
        (
            Button(
                f"{cut(subject.subject, BUTTON_LIMIT)} {average_words(subject.average.value)}",
                ShowWhy(
                    pupil_id=view.head.pupil.pupil_id,
                    course_id=subject.course_id,
                    term_id=view.term.term_id,
                ),
            )
            for subject in view.subjects[:SUBJECTS_SHOWN]
            if subject.average is not None
        ),
        2,
    )


def _term_rows(view: TermMarks) -> tuple[Row, ...]:
    """The other terms that have begun."""
    return in_rows(
        (
            Button(
                cut(term.name, TERM_LIMIT),
                ShowTermMarks(pupil_id=view.head.pupil.pupil_id, term_id=term.term_id),
            )
            for term in view.head.year.terms
            if term != view.term and term.starts_on <= view.head.today
        ),
        3,
    )


def _children(view: TermMarks) -> tuple[Row, ...]:
    return other_children(view.head, lambda child: ShowTermMarks(pupil_id=child, term_id=0))
