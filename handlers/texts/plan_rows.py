"""A row of a plan, and what is typed into it."""

from __future__ import annotations

from markupsafe import Markup

from handlers.callbacks.plans import (
    AskRemovePlanRow,
    MovePlanRow,
    OpenPlan,
    RemovePlanRow,
    SetPlanKind,
    ShowPlanRow,
    ShowPlanRows,
    TypePlanHomework,
    TypePlanTopic,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows
from handlers.texts.i18n import label, lines, text
from handlers.texts.plan_words import KINDS, TOPIC_LIMIT, kind_button, place_in_plan
from handlers.texts.plans import ROWS_A_PAGE, add_after, course_title
from handlers.texts.words import capital, cut, day_and_month
from services.plan_rows import PlanRowPage
from services.plans import CourseRow


def row_screen(page: PlanRowPage) -> Screen:
    """One row and everything that may be changed in it."""
    course_id, row = page.course.course_id, page.taught.row
    kinds = [
        Button(
            ("✓ " if kind is row.kind else "") + kind_button(kind),
            SetPlanKind(course_id=course_id, topic_id=row.topic_id, kind=kind),
        )
        for kind in KINDS
    ]
    moves = [
        Button(words, MovePlanRow(course_id=course_id, topic_id=row.topic_id, number=number))
        for words, number in ((label("↑ Раньше"), page.before), (label("↓ Позже"), page.after))
        if number is not None
    ]
    rows: list[Row] = [
        (
            Button(label("Изменить тему"), TypePlanTopic(course_id=course_id, topic_id=row.topic_id)),
            Button(label("Задание на дом"), TypePlanHomework(course_id=course_id, topic_id=row.topic_id)),
        ),
        *in_rows(kinds, 3),
        *([tuple(moves)] if moves else []),
        add_after(course_id, row),
    ]
    if page.taught.taught_on is None:
        ask = AskRemovePlanRow(course_id=course_id, topic_id=row.topic_id)
        rows.append((Button(label("Убрать тему"), ask),))
    rows.append(
        (Button(label("‹ К темам"), ShowPlanRows(course_id=course_id, page=page.index // ROWS_A_PAGE)),)
    )
    return Screen(lines(*_said(page)), tuple(rows))


def ask_remove_screen(page: PlanRowPage) -> Screen:
    """Before a row goes."""
    course_id, topic_id = page.course.course_id, page.taught.row.topic_id
    sure = text("Убрать эту тему из плана? Следующие сдвинутся на урок раньше.")
    return Screen(
        lines(*_said(page), "", sure),
        (
            (Button(label("Убрать"), RemovePlanRow(course_id=course_id, topic_id=topic_id)),),
            (Button(label("‹ Назад"), ShowPlanRow(course_id=course_id, topic_id=topic_id)),),
        ),
    )


def type_row_screen(page: PlanRowPage, what: Markup) -> Screen:
    """Asks for words of a row that is there."""
    back = ShowPlanRow(course_id=page.course.course_id, topic_id=page.taught.row.topic_id)
    return Screen(lines(*_said(page), "", what), ((Button(label("‹ Назад"), back),),))


def type_first_row_screen(course: CourseRow) -> Screen:
    """Asks for the words of a row before all others."""
    asked = text("Напишите первую тему плана одним сообщением.")
    back = Button(label("‹ К плану"), OpenPlan(course_id=course.course_id))
    return Screen(lines(course_title(course), "", asked), ((back,),))


def topic_asked() -> Markup:
    return text("Напишите тему одним сообщением. Записанные уроки сохранят прежние слова.")


def new_row_asked() -> Markup:
    return text("Напишите новую тему одним сообщением. Она встанет после этой.")


def homework_asked() -> Markup:
    return text("Напишите, что обычно задают на дом после этого урока.")


def _said(page: PlanRowPage) -> list[Markup | str]:
    row = page.taught.row
    said: list[Markup | str] = [
        course_title(page.course),
        text("{place}", place=capital(place_in_plan(row))),
        "",
        text("<b>{topic}</b>", topic=cut(row.topic, TOPIC_LIMIT)),
        text("Дома: {homework}", homework=cut(row.homework, TOPIC_LIMIT))
        if row.homework
        else text("Задания на дом в плане нет."),
    ]
    if page.taught.taught_on:
        said.append(text("🟢 Пройдена {day}.", day=day_and_month(page.taught.taught_on)))
    return said
