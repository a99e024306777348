"""A broadcast that is being put together (C6, C7)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.broadcast_drafts import (
    ChooseAudience,
    ChooseBroadcastFiles,
    ChooseReply,
    ChooseTime,
    DropBroadcast,
    EditDraft,
    PreviewBroadcast,
    RemoveBroadcastFile,
    SetUrgent,
    ShowTemplates,
)
from handlers.screen import Button, Screen
from handlers.texts.broadcast_words import audience_words, families_count, moment_words, reply_words
from handlers.texts.buttons import Row, menu_button
from handlers.texts.files import attached
from handlers.texts.homework_words import said
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import cut
from services.broadcasts.composing import BroadcastForm, Composed

TEXT_SHOWN = 2600


def draft_screen(form: BroadcastForm, zone: ZoneInfo) -> Screen:
    """What will be sent, to whom, when, and what is still missing."""
    draft = form.draft
    empty = not (draft.text or form.files)
    whom = audience_words(draft, form.targets)
    title = (
        text("<b>Объявление → {whom}, {families}</b>", whom=whom, families=families_count(form.families))
        if whom
        else text("<b>Новое объявление</b>")
    )
    body = lines(
        title,
        "",
        _hint() if empty else said(draft.text, TEXT_SHOWN),
        text("{files}", files=attached(len(form.files))) if form.files else None,
        "",
        text("Ответ: {reply}", reply=reply_words(draft, zone)),
        text("Когда: {when}", when=_when(draft, zone)),
        text("Ученикам тоже") if draft.pupils_too else None,
        text("❗ Срочно: придёт и в тихие часы.") if draft.urgent else None,
        None if empty else text("Новый текст заменит этот, фото и файлы добавятся."),
        None if form.families else text("<b>Выберите, кому.</b>"),
    )
    return Screen(body, _rows(form, ready=not empty and form.families > 0))


def draft_files_screen(form: BroadcastForm) -> Screen:
    """What is attached; each can be taken away."""
    broadcast_id = form.draft.broadcast_id
    removals = tuple(
        (
            Button(
                label("Убрать {n}: {name}", n=number, name=cut(file.name, 30)),
                RemoveBroadcastFile(broadcast_id=broadcast_id, file_id=file.file_id),
            ),
        )
        for number, file in enumerate(form.files, 1)
    )
    body = lines(
        text("{files}", files=attached(len(form.files))) if form.files else text("Файлов нет."),
        text("Чтобы добавить, вернитесь к объявлению и пришлите фото или файл."),
    )
    return Screen(body, (*removals, back_to_draft(broadcast_id)))


def no_broadcast_here_screen(broadcast_id: int | None) -> Screen:
    """A voice message, a sticker, a contact came instead of a text; or the draft is forgotten."""
    return Screen(
        text("Для объявления подойдут текст, фото или файл. Пришлите что-нибудь из этого."),
        (back_to_draft(broadcast_id) if broadcast_id else (menu_button(),),),
    )


def replaced_screen() -> Screen:
    """What is left of a draft's screen when something was typed or sent after it."""
    return Screen(text("Объявление изменилось, оно ниже."))


def dropped_screen() -> Screen:
    return Screen(text("Объявление не отправлено, черновик удалён."), ((menu_button(),),))


def was_sent_toast() -> str:
    return label("Это объявление уже отправлено.")


def back_to_draft(broadcast_id: int) -> Row:
    return (Button(label("‹ К объявлению"), EditDraft(broadcast_id=broadcast_id)),)


def _hint() -> Markup:
    return lines(
        text("Напишите текст одним сообщением. Фото и файлы можно прислать до или после."),
        text(
            "Вместо {{имя:кому}} каждая семья увидит имя своего ребёнка: «Петру», «Марии», "
            "вместо {{класс}} — его класс."
        ),
    )


def _when(draft: Composed, zone: ZoneInfo) -> str:
    return label("сразу") if draft.leaves_at is None else moment_words(draft.leaves_at, zone)


def _rows(form: BroadcastForm, *, ready: bool) -> tuple[Row, ...]:
    draft = form.draft
    broadcast_id = draft.broadcast_id
    last = [Button(label("Готовые тексты"), ShowTemplates(broadcast_id=broadcast_id, page=0))]
    if form.files:
        last.append(Button(label("Файлы"), ChooseBroadcastFiles(broadcast_id=broadcast_id)))
    urgency = Button(
        label("Не срочно") if draft.urgent else label("❗ Срочно"),
        SetUrgent(broadcast_id=broadcast_id, urgent=not draft.urgent),
    )
    rows: list[Row] = []
    if ready:
        rows.append((Button(label("Проверить и отправить"), PreviewBroadcast(broadcast_id=broadcast_id)),))
    return (
        *rows,
        (
            Button(label("Кому"), ChooseAudience(broadcast_id=broadcast_id, page=0)),
            Button(label("Ответ"), ChooseReply(broadcast_id=broadcast_id)),
            Button(label("Когда"), ChooseTime(broadcast_id=broadcast_id)),
        ),
        *([(urgency,)] if form.may_be_urgent or draft.urgent else []),
        tuple(last),
        (Button(label("Не отправлять"), DropBroadcast(broadcast_id=broadcast_id)),),
    )
