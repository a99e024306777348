"""Canned texts to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.callbacks.broadcast_drafts import RemoveTemplate, SaveTemplate, ShowTemplates, UseTemplate
from handlers.screen import Button, Screen
from handlers.texts.broadcast_draft import back_to_draft
from handlers.texts.buttons import Row
from handlers.texts.homework_words import said
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import cut
from services.broadcasts.composing import BroadcastForm
from services.broadcasts.templates import CannedText

TEXTS_A_PAGE = 6
TEXT_SHOWN = 200


def templates_screen(form: BroadcastForm, texts: Sequence[CannedText], page: int, *, shares: bool) -> Screen:
    """A canned text takes the place of what was typed; this broadcast's text can be kept as one."""
    broadcast_id = form.draft.broadcast_id
    shown, page, pages = items_of(texts, page, TEXTS_A_PAGE)
    body = lines(
        text("<b>Готовые тексты</b>"),
        text("Выбранный заменит текст объявления; потом его можно исправить."),
        *(lines("", text("<b>{title}</b>", title=one.title), said(one.text, TEXT_SHOWN)) for one in shown),
    )
    return Screen(
        body,
        (
            *(_row(broadcast_id, one) for one in shown),
            *turning(page, pages, lambda to: ShowTemplates(broadcast_id=broadcast_id, page=to)),
            *_saving(form, shares=shares),
            back_to_draft(broadcast_id),
        ),
    )


def saved_toast(title: str) -> str:
    return label("Сохранено: {title}", title=title)


def removed_toast() -> str:
    return label("Готовый текст удалён")


def _row(broadcast_id: int, canned: CannedText) -> Row:
    take = Button(
        cut(canned.title, 40), UseTemplate(broadcast_id=broadcast_id, template_id=canned.template_id)
    )
    if not canned.removable:
        return (take,)
    remove = RemoveTemplate(broadcast_id=broadcast_id, template_id=canned.template_id)
    return (take, Button(label("Удалить"), remove))


def _saving(form: BroadcastForm, *, shares: bool) -> tuple[Row, ...]:
    if not form.draft.text:
        return ()
    broadcast_id = form.draft.broadcast_id
    own = Button(label("Сохранить этот текст"), SaveTemplate(broadcast_id=broadcast_id, shared=False))
    schools = Button(label("Сохранить для школы"), SaveTemplate(broadcast_id=broadcast_id, shared=True))
    return ((own, schools),) if shares else ((own,),)
