"""What final marks a teacher has still to give: the list in the menu, and the reminder (J8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiogram.filters.callback_data import CallbackData
from markupsafe import Markup

from handlers.callbacks.final_marks import OpenDueFinals, ShowDueFinals, ShowFinals
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.course_words import course_name
from handlers.texts.final_marks import final_period_name
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import cut, day_and_month
from services.final_marks import DueCourse
from services.notifications.final_marks_reminder import FinalMarksReminder

COURSES_A_PAGE, BUTTON_LIMIT = 20, 60


def due_screen(courses: Sequence[DueCourse], page: int) -> Screen:
    """Every course of the teacher's with final marks to give now, and how far it is."""
    if not courses:
        return Screen(text("Сейчас выставлять итоги не нужно."), ((menu_button(),),))
    done = sum(course.given >= course.pupils for course in courses)
    body = lines(text("<b>Итоги</b>"), text("Готово {done} из {total}.", done=done, total=len(courses)))
    rows = _rows(courses, page, _to_page)
    return Screen(body, (*rows, (menu_button(),)))


def final_marks_reminder_screen(view: FinalMarksReminder) -> Screen:
    """The reminder; it shrinks as pages are completed, and says so when all is done."""
    if not view.courses:
        return Screen(text("Все итоги выставлены. Спасибо!"))
    last_day: Markup = (
        text("Сегодня последний день, чтобы выставить итоги.")
        if view.closes_today
        else text("Итоги нужно выставить до {day} включительно.", day=day_and_month(view.closes_on))
    )
    n = len(view.courses)
    body = lines(last_day, count("Не закончена {n} страница:", "Не закончено {n} страниц:", n))
    rows = _rows(view.courses, 0, _to_page_of_its_own)
    return Screen(body, rows)


def _rows(
    courses: Sequence[DueCourse], page: int, open_page: Callable[[DueCourse], CallbackData]
) -> tuple[Row, ...]:
    shown, page, pages = items_of(courses, page, COURSES_A_PAGE)
    buttons = (Button(_label(course), open_page(course)) for course in shown)
    return (*in_rows(buttons, 1), *turning(page, pages, lambda to: ShowDueFinals(page=to)))


def _label(course: DueCourse) -> str:
    """«7Б · Алгебра: 1 четверть, 24 из 27»."""
    return label(
        "{course}: {period}, {given} из {total}",
        course=cut(course_name(course), BUTTON_LIMIT),
        period=cut(final_period_name(course.kind, course.name), BUTTON_LIMIT),
        given=course.given,
        total=course.pupils,
    )


def _to_page(course: DueCourse) -> ShowFinals:
    return ShowFinals(course_id=course.course_id, kind=course.kind, term_id=course.term_id, page=0)


def _to_page_of_its_own(course: DueCourse) -> OpenDueFinals:
    return OpenDueFinals(course_id=course.course_id, kind=course.kind, term_id=course.term_id)
