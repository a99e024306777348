"""What is set in a lesson, as its teacher sees it (J3)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.homework import (
    AskWithdraw,
    EditHomework,
    NoHomework,
    OpenHomework,
    ShowOwnFiles,
    TakeHint,
    WithdrawHomework,
)
from handlers.callbacks.lessons import ShowLesson
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows
from handlers.texts.course_words import lesson_title
from handlers.texts.files import attached
from handlers.texts.homework_words import due_words, names_of, said, until_words, whom_words
from handlers.texts.i18n import label, lines, text
from handlers.texts.locked import ask_button, locked_words
from handlers.texts.paging import fitting
from handlers.texts.words import cut, units
from services.homework import LessonHomework, TaskRow

TEXTS_LIMIT = 2500
"""Characters of all tasks together; the rest of a message is for names and dates."""
HINT_LIMIT = 40


def homework_screen(view: LessonHomework, zone: ZoneInfo) -> Screen:
    """The tasks of a lesson; what is typed next becomes another one."""
    if view.tasks:
        tasks = [_task(view, number, task) for number, task in enumerate(view.tasks, 1)]
    elif view.lesson.no_homework:
        tasks = [text("🟢 Дома ничего.")]
    else:
        tasks = [text("⚪ Дома: не задано.")]
    title, below = lesson_title(view.lesson), lines("", *_what_now(view, zone))
    body = lines(title, "", *fitting(tasks, units(title) + units(below) + 2), below)
    return Screen(body, tuple(_rows(view)))


def withdraw_screen(view: LessonHomework, task: TaskRow) -> Screen:
    """Is it to be taken back?"""
    body = lines(
        lesson_title(view.lesson),
        "",
        said(task.text, TEXTS_LIMIT),
        text("{files}", files=attached(len(task.file_ids))) if task.file_ids else None,
        "",
        text("Снять это задание? Семьи, которые его уже прочли, увидят, что оно снято."),
    )
    return Screen(
        body,
        (
            (Button(label("Да, снять"), WithdrawHomework(homework_id=task.homework_id)),),
            (Button(label("Нет"), OpenHomework(lesson_id=task.lesson_id)),),
        ),
    )


def _task(view: LessonHomework, number: int, task: TaskRow) -> Markup:
    whom = whom_words(None if task.for_everyone else task.pupil_ids, names_of(view.pupils))
    notes = [due_words(task.due_on, task.due_number)]
    if task.file_ids:
        notes.append(attached(len(task.file_ids)))
    if view.lesson.has_marks and task.set_at > view.deadline:
        notes.append(label("позже срока"))
    words = said(task.text, TEXTS_LIMIT // len(view.tasks))
    return lines(
        text("{number}. <b>{whom}:</b> {task}", number=number, whom=whom, task=words),
        text("<i>{notes}</i>", notes=" · ".join(notes)),
    )


def _what_now(view: LessonHomework, zone: ZoneInfo) -> list[Markup]:
    if view.locked:
        return [locked_words(view.lesson.date)]
    asks = text("Напишите задание, пришлите фото или файл.")
    if view.tasks or view.lesson.no_homework:
        asks = text("Можно добавить ещё: напишите задание, пришлите фото или файл.")
    if not view.lesson.has_marks or view.tasks or view.lesson.no_homework:
        return [asks]
    until = until_words(view.deadline, zone, view.today)
    if view.overdue:
        return [text("⏳ Срок был {until}: задание будет с пометкой «позже срока».", until=until), asks]
    return [text("⏳ Записать нужно {until}.", until=until), asks]


def _rows(view: LessonHomework) -> list[Row]:
    back = (Button(label("‹ К уроку"), ShowLesson(lesson_id=view.lesson.lesson_id)),)
    if view.locked:
        asking = (ask_button(lesson_id=view.lesson.lesson_id),)
        return [*in_rows(_file_buttons(view), 3), asking, back]
    lesson_id = view.lesson.lesson_id
    changes = [
        Button(label("Изменить {n}", n=number), EditHomework(homework_id=task.homework_id))
        for number, task in enumerate(view.tasks, 1)
    ]
    rows: list[Row] = []
    if view.hint and not view.tasks:
        hint = cut(" ".join(view.hint.split()), HINT_LIMIT)
        rows.append((Button(label("По плану: {task}", task=hint), TakeHint(lesson_id=lesson_id)),))
    if not view.tasks and not view.lesson.no_homework:
        rows.append((Button(label("Дома ничего"), NoHomework(lesson_id=lesson_id)),))
    withdrawals = [
        Button(label("Снять {n}", n=number), AskWithdraw(homework_id=task.homework_id))
        for number, task in enumerate(view.tasks, 1)
    ]
    return [
        *rows,
        *in_rows(changes, 3),
        *in_rows(withdrawals, 3),
        *in_rows(_file_buttons(view), 3),
        back,
    ]


def _file_buttons(view: LessonHomework) -> list[Button]:
    return [
        Button(label("Файлы {n}", n=number), ShowOwnFiles(homework_id=task.homework_id))
        for number, task in enumerate(view.tasks, 1)
        if task.file_ids
    ]
