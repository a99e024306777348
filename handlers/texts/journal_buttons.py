"""What leads on from a page of the journal: its lessons, other pages, paper."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.journal import (
    PrintJournal,
    SendJournalPicture,
    SendJournalWorkbook,
    ShowCourse,
    ShowJournal,
    ShowPageLesson,
)
from handlers.screen import Button
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.i18n import label
from handlers.texts.journal_sheet import period_name
from handlers.texts.words import capital, cut
from services.journal_page import JournalPage, PageLesson

PUPILS = 30
LESSONS_IN_A_ROW = 5
BUTTON_LIMIT = 30


def lesson_rows(page: JournalPage, lessons: Sequence[PageLesson]) -> tuple[Row, ...]:
    """The way to put something right that stands in one of the reader's own lessons."""
    if not page.is_own:
        return ()
    return in_rows(
        [
            Button(
                label("{day} ✎", day=f"{lesson.date:%d.%m}"),
                ShowPageLesson(
                    course_id=page.course.course_id, day=lesson.date.toordinal(), number=lesson.number
                ),
            )
            for lesson in lessons
        ],
        LESSONS_IN_A_ROW,
    )


def turning_rows(page: JournalPage, back: int, parts: int, pupils: int) -> list[Row]:
    row = []
    if back < parts - 1:
        row.append(Button(label("‹ Раньше"), _journal(page, back + 1, pupils)))
    if back > 0:
        row.append(Button(label("Позже ›"), _journal(page, back - 1, pupils)))
    return [tuple(row)] if row else []


def pupil_rows(page: JournalPage, back: int, pupils: int, pages: int) -> list[Row]:
    """«Ученики 31–45 ›»."""
    row = []
    for other, words in ((pupils - 1, "‹ Ученики {first}–{last}"), (pupils + 1, "Ученики {first}–{last} ›")):
        if 0 <= other < pages:
            last = min((other + 1) * PUPILS, len(page.pupils))
            row.append(Button(label(words, first=other * PUPILS + 1, last=last), _journal(page, back, other)))
    return [tuple(row)] if row else []


def file_row(page: JournalPage) -> Row:
    course_id, term_id = page.course.course_id, page.period.term_id or 0
    return (
        Button(label("Картинка"), picture_button(page, 0)),
        Button(label("Excel"), SendJournalWorkbook(course_id=course_id, term_id=term_id)),
        Button(label("PDF"), PrintJournal(course_id=course_id, term_id=term_id)),
    )


def leading_on(page: JournalPage) -> tuple[Row, ...]:
    """To other terms, and back."""
    course_id = page.course.course_id
    others = (
        Button(
            cut(capital(period_name(one)), BUTTON_LIMIT),
            ShowJournal(course_id=course_id, term_id=one.term_id or 0, back=0, pupils=0),
        )
        for one in page.periods
        if one != page.period
    )
    back = Button(label("‹ К предмету"), ShowCourse(course_id=course_id))
    return (*in_rows(others, 2), (back, menu_button()))


def _journal(page: JournalPage, back: int, pupils: int) -> CallbackData:
    term_id = page.period.term_id or 0
    return ShowJournal(course_id=page.course.course_id, term_id=term_id, back=back, pupils=pupils)


def picture_button(page: JournalPage, back: int) -> CallbackData:
    return SendJournalPicture(course_id=page.course.course_id, term_id=page.period.term_id or 0, back=back)
