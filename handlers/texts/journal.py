"""«Мои журналы»: the way to a course, and its card."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.final_marks import OpenFinalMarks
from handlers.callbacks.journal import (
    ShowCourse,
    ShowCourses,
    ShowGroupCourses,
    ShowJournal,
    ShowJournalGroups,
    ShowOwnCourses,
)
from handlers.callbacks.plans import OpenPlan
from handlers.callbacks.subgroups import OpenSubgroups
from handlers.callbacks.threads import ChoosePupilToWrite
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.course_words import course_name, subject_name
from handlers.texts.i18n import label, lines, text
from handlers.texts.journal_sheet import period_name
from handlers.texts.paging import items_of, turning
from handlers.texts.words import cut, listed, number_words
from services.journal_page import CourseCard, CourseRow, Courses, GroupCourses

COURSES_A_PAGE, GROUPS_A_PAGE = 20, 40
BUTTON_LIMIT, NAME_LIMIT = 40, 200


def courses_screen(courses: Courses) -> Screen:
    """The actor's own courses; who has none sees the classes at once, or the only class's courses later."""
    if not courses.own:
        return groups_screen(courses, 0)
    return own_courses_screen(courses, 0)


def own_courses_screen(courses: Courses, page: int) -> Screen:
    names = [course_name(course) for course in courses.own]
    rows = _course_rows(courses.own, names, page, lambda to: ShowOwnCourses(page=to))
    if courses.groups:
        rows = (*rows, (Button(label("Журналы по классам"), ShowJournalGroups(page=0)),))
    return Screen(text("<b>Мои журналы</b>"), (*rows, (menu_button(),)))


def groups_screen(courses: Courses, page: int) -> Screen:
    if not courses.groups:
        return Screen(
            text("Сейчас вам не открыт ни один журнал. Если это ошибка, скажите завучу."), ((menu_button(),),)
        )
    shown, page, pages = items_of(courses.groups, page, GROUPS_A_PAGE)
    buttons = (
        Button(cut(group.name, BUTTON_LIMIT), ShowGroupCourses(group_id=group.group_id, page=0))
        for group in shown
    )
    rows = (*in_rows(buttons, 4), *turning(page, pages, lambda to: ShowJournalGroups(page=to)))
    return Screen(text("<b>Журналы по классам</b>"), (*rows, (menu_button(),)))


def group_courses_screen(group: GroupCourses, page: int) -> Screen:
    title = text("<b>{group} · журналы</b>", group=cut(group.group.name, NAME_LIMIT))
    body = title if group.courses else lines(title, text("Предметов у класса пока нет."))
    group_id = group.group.group_id
    names = [
        subject_name(course) if course.groups == group.group.name else course_name(course)
        for course in group.courses
    ]
    rows = _course_rows(group.courses, names, page, lambda to: ShowGroupCourses(group_id=group_id, page=to))
    back = Button(label("‹ Журналы"), ShowCourses())
    return Screen(body, (*rows, (back, menu_button())))


def _course_rows(
    courses: Sequence[CourseRow], names: Sequence[str], page: int, turn: Callable[[int], CallbackData]
) -> tuple[Row, ...]:
    shown, page, pages = items_of(list(zip(courses, names, strict=True)), page, COURSES_A_PAGE)
    buttons = (
        Button(cut(name, BUTTON_LIMIT), ShowCourse(course_id=course.course_id)) for course, name in shown
    )
    return (*in_rows(buttons, 1), *turning(page, pages, turn))


def card_screen(card: CourseCard) -> Screen:
    """A course and where it leads."""
    course = card.course
    teachers = listed(card.teachers) if card.teachers else label("учителя сейчас нет")
    hours = course.hours_per_week
    body = lines(
        text("<b>{name}</b>", name=cut(course_name(course), NAME_LIMIT)),
        text("Ведёт: {teachers}", teachers=cut(teachers, NAME_LIMIT)),
        None if hours is None else text("Часов в неделю: {hours}", hours=number_words(hours)),
        text("Сейчас: {period}", period=cut(period_name(card.period), NAME_LIMIT)),
    )
    journal = ShowJournal(course_id=course.course_id, term_id=card.period.term_id or 0, back=0, pupils=0)
    buttons = [
        Button(label("Журнал"), journal),
        Button(label("Итоги"), OpenFinalMarks(course_id=course.course_id)),
        Button(label("КТП"), OpenPlan(course_id=course.course_id)),
    ]
    if card.has_subgroups:
        buttons.append(Button(label("Подгруппы"), OpenSubgroups(course_id=course.course_id)))
    if card.writes_to_families:
        write = ChoosePupilToWrite(course_id=course.course_id, page=0)
        buttons.append(Button(label("Написать семье"), write))
    back = Button(label("‹ Журналы"), ShowCourses())
    return Screen(body, (*in_rows(buttons, 2), (back, menu_button())))
