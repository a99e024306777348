"""Homework in messages that nobody asked for: to families, and to teachers who have not entered it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.homework import OpenHomework, ShowHomeworkDay, ShowTaskFiles
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row
from handlers.texts.files import attached
from handlers.texts.homework_words import due_words, said, until_words
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import fitting
from handlers.texts.words import cut, full_day, initials, units, when
from services.notifications.homework_day import DayTask, HomeworkDay, NamedPupil
from services.notifications.homework_reminder import HomeworkReminder, OpenLesson
from services.settings import PersonalData

TEXTS_LIMIT = 2400
TASKS_SHOWN = 20
LESSONS_SHOWN = 12


def homework_day_screen(view: HomeworkDay) -> Screen:
    """The living message; under `personal_data = none` it only says that there is something to read."""
    if view.personal_data is PersonalData.NONE:
        show = ShowHomeworkDay(pupil_id=view.pupil.pupil_id, day=view.day.toordinal())
        return Screen(text("Есть новое в дневнике."), ((Button(label("Показать"), show),),))
    parts = task_lines(view) or [lines("", text("Ничего не задано."))]
    title = lines(
        whose(view.pupil, view.personal_data),
        text("Домашнее задание · {day}", day=full_day(view.day)),
    )
    return Screen(lines(title, *fitting(parts, units(title))), tuple(file_rows(view)))


def task_lines(view: HomeworkDay) -> list[Markup]:
    """What stands, then what was withdrawn; an empty line before each."""
    withdrawn = [task for task in view.tasks if task.withdrawn_at is not None][:TASKS_SHOWN]
    standing = _standing(view)
    said = [_task(view, task, TEXTS_LIMIT // len(standing)) for task in standing]
    return [*said, *(_withdrawn(task) for task in withdrawn)]


def _standing(view: HomeworkDay) -> list[DayTask]:
    return [task for task in view.tasks if task.withdrawn_at is None][:TASKS_SHOWN]


def homework_reminder_screen(view: HomeworkReminder) -> Screen:
    """«Не задано: 7Б алгебра, 8А геометрия»."""
    if not view.lessons:
        return Screen(
            text("🟢 Домашнее задание записано во всех уроках, {day}. Спасибо!", day=full_day(view.day))
        )
    shown = view.lessons[:LESSONS_SHOWN]
    rows = tuple(
        (
            Button(
                label("{n} урок: {lesson}", n=lesson.number, lesson=_short(lesson)),
                OpenHomework(lesson_id=lesson.lesson_id),
            ),
        )
        for lesson in shown
    )
    return Screen(
        lines(
            *_listed(view, shown),
            text("Если дома ничего не нужно, отметьте и это."),
        ),
        rows,
    )


def whose(pupil: NamedPupil, personal_data: PersonalData) -> Markup:
    """The child in the first line, by as much as the school lets messages say."""
    if personal_data is PersonalData.INITIALS:
        return text("<b>{name}</b>", name=initials(pupil.last_name, pupil.first_name))
    name = cut(f"{pupil.last_name} {pupil.first_name}".strip(), 80)
    who = f"{name}, {cut(pupil.group, 20)}" if pupil.group else name
    return text("<b>{name}</b>", name=who)


def _task(view: HomeworkDay, task: DayTask, limit: int) -> Markup:
    notes = [due_words(task.due_on, task.due_number)]
    if task.own:
        notes.append(label("отдельное задание"))
    if task.files:
        notes.append(attached(task.files))
    if task.changed_at is not None:
        zone = ZoneInfo(view.pupil.zone)
        notes.append(label("изменено {when}", when=when(task.changed_at, zone, view.day)))
    return lines(
        "",
        text("<b>{subject}</b> · {notes}", subject=cut(task.subject, 60), notes=" · ".join(notes)),
        said(task.text, limit),
    )


def _withdrawn(task: DayTask) -> Markup:
    gone = text(
        "Задание снято: {subject}, {due}: <s>{task}</s>",
        subject=cut(task.subject, 60),
        due=due_words(task.due_on, task.due_number),
        task=said(task.text, 50),
    )
    return lines("", gone)


def file_rows(view: HomeworkDay) -> list[Row]:
    """«Показать файлы: алгебра (2)» for each task that has some."""
    return [
        (
            Button(
                label("Показать файлы: {subject} ({n})", subject=cut(task.subject, 30), n=task.files),
                ShowTaskFiles(homework_id=task.homework_id, pupil_id=view.pupil.pupil_id),
            ),
        )
        for task in _standing(view)
        if task.files
    ]


def _short(lesson: OpenLesson) -> str:
    """«7Б алгебра»; «ОБЖ» stays as it is."""
    subject = cut(lesson.subject, 24)
    lower = subject if subject[1:2].isupper() else subject[:1].lower() + subject[1:]
    return f"{cut(lesson.groups, 16)} {lower}"


def _listed(view: HomeworkReminder, shown: tuple[OpenLesson, ...]) -> list[Markup]:
    moments = {lesson.deadline for lesson in shown}
    if len(moments) == 1:
        until = until_words(moments.pop(), view.zone, view.day)
        return [
            text("<b>⚪ Не задано:</b> {lessons}", lessons=", ".join(_short(one) for one in shown)),
            text("Записать нужно {until}.", until=until),
        ]
    lessons = [
        text("{lesson} — {until}", lesson=_short(one), until=until_words(one.deadline, view.zone, view.day))
        for one in shown
    ]
    return [text("<b>⚪ Не задано, записать нужно:</b>"), *lessons]
