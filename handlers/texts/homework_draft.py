"""A task that is being put together: who gets what by when, and the choices about it (J3)."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup

from handlers.callbacks.homework import (
    AllForAll,
    ChooseDue,
    ChooseFiles,
    ChooseWhom,
    DropDraft,
    RemoveFile,
    SaveHomework,
    SetDue,
    SetEveryone,
    SetForPupil,
    SettleDoubt,
    ShowDraft,
    TypeDue,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.course_words import lesson_title
from handlers.texts.files import attached
from handlers.texts.homework_words import due_words, names_of, said, whom_words
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import fitting, items_of, turning
from handlers.texts.words import cut, day_and_month, short_day, units
from services.homework_draft import Draft
from services.homework_drafting import HomeworkForm

TEXTS_LIMIT = 2400
TAIL = 1000
"""Units of a preview below the task."""
NAMES_A_PAGE = 30
DAYS_OFFERED = 6
DOUBT_NAMES = 12


def draft_screen(form: HomeworkForm) -> Screen:
    """What will be written, and first of all what is still to be asked."""
    draft = form.draft
    asked = _doubt_rows(form)
    title = lines(lesson_title(form.lesson), text("<b>Проверьте, пока не записано:</b>"), "")
    body = lines(
        title,
        *fitting(_parts(form), units(title) + TAIL),
        text("{files}", files=attached(len(draft.file_ids))) if draft.file_ids else None,
        text("Срок: {due}", due=_due(draft)),
        "",
        _doubt(draft) if asked else _hint(draft),
    )
    return Screen(body, (*asked, *_choices(draft), _drop(draft)))


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
        text("Сейчас: {due}.", due=_due(draft)),
        text("На какой урок или день?"),
    )
    return Screen(
        body,
        (
            *in_rows(lessons, 2),
            *in_rows(days, 3),
            (Button(label("Другая дата…"), TypeDue(lesson_id=draft.lesson_id)),),
            _back(draft),
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
            _back(draft),
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
    return Screen(body, (*removals, _back(form.draft)))


def not_a_task_screen(draft: Draft | None) -> Screen:
    """A voice message, a sticker, a contact came instead of a task."""
    return Screen(
        text("Для задания подойдут текст, фото или файл. Пришлите что-нибудь из этого."),
        (_back(draft) if draft else (menu_button(),),),
    )


def replaced_screen() -> Screen:
    """What is left of a preview when something was typed or sent after it."""
    return Screen(text("Задание изменилось, оно ниже."))


def no_draft_toast() -> str:
    """The button belongs to a draft that is not there any more."""
    return label("Этого черновика уже нет: он записан или отменён.")


def old_preview_toast() -> str:
    """Something was added after this preview."""
    return label("Задание с тех пор изменилось. Проверьте ещё раз.")


def saved_toast() -> str:
    return label("Записано")


def _parts(form: HomeworkForm) -> list[Markup]:
    """«Всем: §12 № 345–350», «Иванов П.: ещё № 351»."""
    draft, names = form.draft, names_of(form.pupils)
    limit = TEXTS_LIMIT // (1 + len(draft.extras) + len(draft.doubts))
    parts = []
    if draft.text or draft.file_ids:
        parts.append((whom_words(draft.pupil_ids, names), draft.text))
    parts += [(whom_words(extra.pupil_ids, names), extra.text) for extra in draft.extras]
    return [text("<b>{whom}:</b> {task}", whom=whom, task=said(words, limit)) for whom, words in parts]


def _due(draft: Draft) -> str:
    return due_words(draft.due_on, draft.due_number)


def _hint(draft: Draft) -> Markup:
    if draft.empty:
        return text("Пока пусто. Напишите задание, пришлите фото или файл.")
    if draft.pupil_ids == ():
        return text("Нажмите «Кому» и выберите учеников.")
    return text("Новый текст заменит этот, фото и файлы добавятся.")


def _doubt(draft: Draft) -> Markup:
    doubt = draft.doubts[0]
    return text(
        "Уточните, кому: «{whom} {task}»",
        whom=cut(doubt.said, 60),
        task=said(doubt.text, 300),
    )


def _doubt_rows(form: HomeworkForm) -> tuple[Row, ...]:
    draft, names = form.draft, names_of(form.pupils)
    if not draft.doubts:
        return ()
    ids = {"lesson_id": draft.lesson_id, "version": draft.version, "index": 0}
    people = [
        Button(names[one], SettleDoubt(**ids, pupil_id=one))
        for one in draft.doubts[0].pupil_ids[:DOUBT_NAMES]
        if one in names
    ]
    return (
        *in_rows(people, 2),
        (Button(label("Оставить в задании для всех"), SettleDoubt(**ids, pupil_id=0)),),
    )


def _choices(draft: Draft) -> tuple[Row, ...]:
    lesson_id = draft.lesson_id
    choices = [
        Button(label("Изменить срок"), ChooseDue(lesson_id=lesson_id)),
        Button(label("Кому"), ChooseWhom(lesson_id=lesson_id, page=0)),
    ]
    if draft.file_ids:
        choices.append(Button(label("Файлы"), ChooseFiles(lesson_id=lesson_id)))
    rows: list[Row] = []
    if not (draft.doubts or draft.empty or draft.pupil_ids == ()):
        rows.append((Button(label("Записать"), SaveHomework(lesson_id=lesson_id, version=draft.version)),))
    rows.append(tuple(choices))
    if draft.extras:
        rows.append((Button(label("Весь текст — всем"), AllForAll(lesson_id=lesson_id)),))
    return tuple(rows)


def _drop(draft: Draft) -> Row:
    return (Button(label("Отмена"), DropDraft(lesson_id=draft.lesson_id)),)


def _back(draft: Draft) -> Row:
    return (Button(label("‹ К заданию"), ShowDraft(lesson_id=draft.lesson_id)),)
