"""The choices about a task: by when, for whom, with which files (J3)."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup

from handlers.callbacks.homework import (
    ChooseDue,
    ChooseWhom,
    RemoveFile,
    SetDue,
    SetEveryone,
    SetForPupil,
    ShowDraft,
    TypeDue,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows
from handlers.texts.course_words import lesson_title
from handlers.texts.files import attached
from handlers.texts.homework_words import due_words, names_of, whom_words
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import cut, day_and_month, short_day
from services.homework_draft import Draft
from services.homework_drafting import HomeworkForm

NAMES_A_PAGE = 30
DAYS_OFFERED = 6


def due_screen(form: HomeworkForm) -> Screen:
    """By the next lessons of the course, by the next days, or by a date that is typed."""
    draft = form.draft
    lessons = [
        Button(
            label("{day}, {n}-й урок", day=short_day(due.day), n=due.number),
            SetDue(lesson_id=draft.lesson_id, day=due.day.toordinal(), number=due.number),
        )
        for due in form.next_lessons
    ]
    taken = {due.day for due in form.next_lessons}
    start = max(form.lesson.date, form.today)
    ahead = [start + timedelta(days=n) for n in range(1, 2 * DAYS_OFFERED)]
    days = [
        Button(short_day(day), SetDue(lesson_id=draft.lesson_id, day=day.toordinal(), number=0))
        for day in ahead
        if day not in taken and day.isoweekday() < 7
    ][:DAYS_OFFERED]
    body = lines(
        lesson_title(form.lesson),
        text("Сейчас: {due}.", due=due_line(draft)),
        text("На какой урок или день?"),
    )
    return Screen(
        body,
        (
            *in_rows(lessons, 2),
            *in_rows(days, 3),
            (Button(label("Другая дата…"), TypeDue(lesson_id=draft.lesson_id)),),
            to_draft(draft),
        ),
    )


def type_due_screen(form: HomeworkForm, problem: Markup | None = None) -> Screen:
    """Asks for a date to be typed; again, with the `problem` of what was typed before."""
    example = max(form.lesson.date, form.today) + timedelta(days=10)
    body = lines(
        lesson_title(form.lesson),
        problem,
        text("На какой день? Напишите дату, например <b>{day:%d.%m}</b>.", day=example),
    )
    return Screen(body, ((Button(label("‹ Назад"), ChooseDue(lesson_id=form.draft.lesson_id)),),))


def not_after_the_lesson(day: date) -> Markup:
    return text("Срок должен быть позже урока: он был {day}.", day=day_and_month(day))


def whom_screen(form: HomeworkForm, page: int) -> Screen:
    """Every pupil a button that says whether the task is theirs; a tap sets it."""
    draft = form.draft
    chosen = set(draft.pupil_ids or ())
    names = names_of(form.pupils)
    shown, page, pages = items_of(form.pupils, page, NAMES_A_PAGE)
    buttons = [
        Button(
            f"{'✅ ' if one.pupil_id in chosen else ''}{names[one.pupil_id]}",
            SetForPupil(
                lesson_id=draft.lesson_id,
                pupil_id=one.pupil_id,
                chosen=one.pupil_id not in chosen,
                page=page,
            ),
        )
        for one in shown
    ]
    parts = [
        Button(
            label("Подгруппа {name}", name=cut(one.name, 20)),
            SetEveryone(lesson_id=draft.lesson_id, course_id=one.course_id),
        )
        for one in form.subgroups
        if one.pupil_ids
    ]
    body = lines(
        lesson_title(form.lesson),
        text("<b>Кому:</b> {whom}", whom=whom_words(draft.pupil_ids, names)),
        text("Нажмите на тех, кому это задание."),
    )
    return Screen(
        body,
        (
            (Button(label("Всем"), SetEveryone(lesson_id=draft.lesson_id, course_id=0)),),
            *in_rows(parts, 2),
            *in_rows(buttons, 2),
            *turning(page, pages, lambda to: ChooseWhom(lesson_id=draft.lesson_id, page=to)),
            to_draft(draft),
        ),
    )


def draft_files_screen(form: HomeworkForm) -> Screen:
    """What is attached; each can be taken away."""
    removals = tuple(
        (
            Button(
                label("Убрать {n}: {name}", n=number, name=cut(file.name, 30)),
                RemoveFile(lesson_id=form.draft.lesson_id, file_id=file.file_id),
            ),
        )
        for number, file in enumerate(form.files, 1)
    )
    body = lines(
        lesson_title(form.lesson),
        text("{files}", files=attached(len(form.files))) if form.files else text("Файлов нет."),
        text("Чтобы добавить, пришлите фото или файл."),
    )
    return Screen(body, (*removals, to_draft(form.draft)))


def due_line(draft: Draft) -> str:
    return due_words(draft.due_on, draft.due_number)


def to_draft(draft: Draft) -> Row:
    return (Button(label("‹ К заданию"), ShowDraft(lesson_id=draft.lesson_id)),)
