"""«Объявления»: what was written to families, the newest first."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.callbacks.broadcast_drafts import EditDraft
from handlers.callbacks.broadcasts import ComposeBroadcast, ShowBroadcast, ShowBroadcasts
from handlers.screen import Button, Screen
from handlers.texts.broadcast_words import moment_words
from handlers.texts.buttons import Row, menu_button
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import cut, with_initials
from services.broadcasts.composing import Composed
from services.broadcasts.listing import BroadcastList, ListedBroadcast
from services.vocabulary import AudienceKind, BroadcastReply


def broadcasts_screen(view: BroadcastList, zone: ZoneInfo) -> Screen:
    """Each opens with its numbers, a draft where it was left."""
    body = lines(
        text("<b>Объявления</b>"),
        *(
            lines(
                "",
                text("<b>{n}.</b> {words}", n=number, words=_words(one.composed)),
                text("<i>{about}</i>", about=_about(one, view, zone)),
            )
            for number, one in enumerate(view.rows, 1)
        ),
        None if view.rows else text("Пока ничего не отправлено."),
    )
    opens = (_opens(number, one.composed) for number, one in enumerate(view.rows, 1))
    return Screen(
        body,
        (
            *((button,) for button in opens),
            *_turning(view),
            (Button(label("Новое объявление"), ComposeBroadcast(group_id=0)), menu_button()),
        ),
    )


def _opens(number: int, composed: Composed) -> Button:
    words = f"{number}. {cut(_first_line(composed), 40)}"
    if composed.released_at is None:
        return Button(words, EditDraft(broadcast_id=composed.broadcast_id))
    return Button(words, ShowBroadcast(broadcast_id=composed.broadcast_id))


def _words(composed: Composed) -> str:
    return cut(_first_line(composed), 120)


def _first_line(composed: Composed) -> str:
    return composed.text.splitlines()[0] if composed.text else label("Без текста, с файлами")


def _about(one: ListedBroadcast, view: BroadcastList, zone: ZoneInfo) -> str:
    whom = one.groups
    if one.composed.for_whole_school:
        whom = label("вся школа")
    elif one.composed.audience is AudienceKind.FAMILIES:
        whom = label("отдельные семьи")
    author = cut(with_initials(one.author), 40) if view.names_authors else ""
    parts = (cut(whom, 60), _state(one.composed, view.now, zone), _come(one, view), author)
    return " · ".join(filter(None, parts))


def _come(one: ListedBroadcast, view: BroadcastList) -> str:
    """«доставлено 24 из 27, ответили 19»."""
    composed, numbers = one.composed, view.numbers.get(one.composed.broadcast_id)
    has_left = composed.leaves_at is not None and composed.leaves_at <= view.now
    if numbers is None or composed.cancelled_at is not None or not has_left:
        return ""
    families = numbers.families
    come = label("доставлено {n} из {all}", n=families.delivered, all=families.total)
    if composed.reply is BroadcastReply.NONE:
        return come
    return label("{come}, ответили {n}", come=come, n=families.replied)


def _state(composed: Composed, now: datetime, zone: ZoneInfo) -> str:
    if composed.released_at is None or composed.leaves_at is None:
        return label("черновик")
    if composed.cancelled_at is not None:
        return label("отправка отменена")
    if composed.withdrawn_at is not None:
        return label("отозвано")
    when = moment_words(composed.leaves_at, zone)
    return when if composed.leaves_at <= now else label("⏳ уйдёт {when}", when=when)


def _turning(view: BroadcastList) -> tuple[Row, ...]:
    row = []
    if view.page > 0:
        row.append(Button(label("‹ Новее"), ShowBroadcasts(page=view.page - 1)))
    if view.has_more:
        row.append(Button(label("Раньше ›"), ShowBroadcasts(page=view.page + 1)))
    return (tuple(row),) if row else ()
