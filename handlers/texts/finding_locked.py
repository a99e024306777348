"""The deputy's way to what is to be opened: the day and the lesson, or the subject and the period (J5)."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.callbacks.changes import (
    AskUnlockReason,
    ChooseLockedCourse,
    ChooseLockedDay,
    ChooseLockedPeriod,
    FindLocked,
    ShowLockedDay,
    TypeLockedDay,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.course_words import course_name
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.unlocking import BUTTON_LIMIT, NAME_LIMIT
from handlers.texts.words import cut, full_day, short_day
from services.final_marks import CourseRow, PeriodRow
from services.journal_page import GroupCourses
from services.unlocking import LockedDay, LockedDays
from services.vocabulary import FinalKind

COURSES_A_PAGE = 20


def days_screen(view: LockedDays) -> Screen:
    """Which day of the class."""
    group_id = view.group.group_id
    days = (
        Button(short_day(day), ShowLockedDay(group_id=group_id, day=day.toordinal())) for day in view.days
    )
    body = lines(
        text("<b>{group} · открыть для исправлений</b>", group=cut(view.group.name, NAME_LIMIT)),
        text("Урок какого дня? Здесь последние из закрытых.")
        if view.days
        else text("Среди последних уроков закрытых нет. Выберите другую дату."),
    )
    rows = (
        *in_rows(days, 3),
        (Button(label("Другая дата…"), TypeLockedDay(group_id=group_id)),),
        (Button(label("Итоговые отметки…"), ChooseLockedCourse(group_id=group_id, page=0)),),
        (Button(label("‹ Классы"), FindLocked()), menu_button()),
    )
    return Screen(body, rows)


def type_day_screen(view: LockedDays, problem: str | None = None) -> Screen:
    """Asks for a date."""
    body = lines(
        text("{problem}", problem=problem) if problem else None,
        text("<b>{group}</b>: напишите дату урока, например 14.09.", group=cut(view.group.name, NAME_LIMIT)),
    )
    return Screen(body, ((Button(label("‹ Назад"), ChooseLockedDay(group_id=view.group.group_id)),),))


def not_a_date() -> str:
    return label("Не понял дату.")


def day_screen(view: LockedDay) -> Screen:
    """Which lesson of the day."""
    group = cut(view.group.name, NAME_LIMIT)
    title = text("<b>{group} · {day}</b>", group=group, day=full_day(view.day))
    lessons: tuple[Row, ...] = ()
    if not view.lessons:
        asked = text("В этот день уроков нет.")
    elif not view.locked:
        asked = text("Уроки этого дня ещё не закрыты: их учителя могут исправлять записи сами.")
    else:
        asked = text("Какой урок открыть?")
        lessons = in_rows(
            (
                Button(
                    cut(f"{row.number} · {_subject(row.subject, row.subgroup)}", BUTTON_LIMIT),
                    AskUnlockReason(lesson_id=row.lesson_id),
                )
                for row in view.lessons
            ),
            1,
        )
    back = Button(label("‹ Другой день"), ChooseLockedDay(group_id=view.group.group_id))
    return Screen(lines(title, asked), (*lessons, (back, menu_button())))


def _subject(subject: str, subgroup: str | None) -> str:
    if subgroup is None:
        return subject
    return label("{subject}, подгруппа {name}", subject=subject, name=subgroup)


def locked_courses_screen(view: GroupCourses, page: int) -> Screen:
    """Final marks of which subject."""
    group_id = view.group.group_id
    shown, page, pages = items_of(view.courses, page, COURSES_A_PAGE)
    buttons = (
        Button(cut(course_name(course), BUTTON_LIMIT), ChooseLockedPeriod(course_id=course.course_id))
        for course in shown
    )
    turned = turning(page, pages, lambda to: ChooseLockedCourse(group_id=group_id, page=to))
    back = Button(label("‹ Назад"), ChooseLockedDay(group_id=group_id))
    body = lines(
        text("<b>{group} · открыть итоги</b>", group=cut(view.group.name, NAME_LIMIT)),
        text("По какому предмету?"),
    )
    return Screen(body, (*in_rows(buttons, 1), *turned, (back, menu_button())))


def locked_periods_screen(course: CourseRow, periods: Sequence[PeriodRow]) -> Screen:
    """Final marks of which period; only what is closed."""
    closed = [one for one in periods if one.late and one.kind is not FinalKind.EXAM]
    buttons = (
        Button(
            cut(one.name, BUTTON_LIMIT) if one.term_id else label("Год и экзамен"),
            AskUnlockReason(course_id=course.course_id, term_id=one.term_id),
        )
        for one in closed
    )
    body = lines(
        text("<b>{course} · открыть итоги</b>", course=cut(course_name(course), NAME_LIMIT)),
        text("За какой период?") if closed else text("Закрытых итогов у этого курса нет."),
    )
    return Screen(body, (*in_rows(buttons, 1), (Button(label("‹ Классы"), FindLocked()), menu_button())))
