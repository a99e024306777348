"""A task that is being put together: who gets what by when (J3)."""

from __future__ import annotations

from markupsafe import Markup

from handlers.callbacks.homework import (
    AllForAll,
    ChooseDue,
    ChooseFiles,
    ChooseWhom,
    DropDraft,
    SaveHomework,
    SettleDoubt,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.course_words import lesson_title
from handlers.texts.files import attached
from handlers.texts.homework_choices import due_line, to_draft
from handlers.texts.homework_words import names_of, said, whom_words
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import fitting
from handlers.texts.words import cut, units
from services.homework_draft import Draft
from services.homework_drafting import HomeworkForm

TEXTS_LIMIT = 2400
TAIL = 1000
"""Units of a preview below the task."""
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
        text("Срок: {due}", due=due_line(draft)),
        "",
        _doubt(draft) if asked else _hint(draft),
    )
    return Screen(body, (*asked, *_choices(draft), _drop(draft)))


def not_a_task_screen(draft: Draft | None) -> Screen:
    """A voice message, a sticker, a contact came instead of a task."""
    return Screen(
        text("Для задания подойдут текст, фото или файл. Пришлите что-нибудь из этого."),
        (to_draft(draft) if draft else (menu_button(),),),
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
