"""A broadcast's life in its author's chat: how many it has reached, who has answered what (C6, C7)."""

from __future__ import annotations

import re

from markupsafe import Markup

from handlers.callbacks.broadcast_results import OpenRecipients, OpenReminding, SendBroadcastReport
from handlers.callbacks.broadcasts import ShowBroadcasts
from handlers.screen import Button, Screen
from handlers.texts.broadcast_reach import trouble_words
from handlers.texts.broadcast_sent import TEXT_SHOWN, changing_rows
from handlers.texts.broadcast_words import audience_words, deadline_words, families_count, moment_words
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.homework_words import said
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.words import cut
from services.broadcasts.composing import Composed
from services.broadcasts.progress import Progress, Shown
from services.vocabulary import BroadcastReply

BAR = 10
TITLE_LIMIT = 60
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s")


def progress_screen(view: Progress) -> Screen:
    """The living message. What it opens comes as a message of its own: this one is edited meanwhile."""
    return Screen(lines(title_line(view), *number_lines(view)), _opening_rows(view))


def broadcast_screen(view: Progress) -> Screen:
    """The same on request, with the text and what its author can do about it."""
    changing = changing_rows(view.broadcast, view.now) if view.is_author else ()
    back = Button(label("‹ Объявления"), ShowBroadcasts(page=0))
    words = said(view.broadcast.text, TEXT_SHOWN)
    body = lines(title_line(view), *number_lines(view), "", words)
    return Screen(body, (*_opening_rows(view), *changing, (back, menu_button())))


def title_line(view: Progress) -> Markup:
    """«Экскурсия в среду → 7Б, 27 семей»."""
    return text(
        "<b>{title} → {whom}, {families}</b>",
        title=short_title(view.broadcast),
        whom=audience_words(view.broadcast, view.targets),
        families=families_count(view.numbers.families.total),
    )


def short_title(broadcast: Composed) -> str:
    """The first sentence of what was said."""
    line = broadcast.text.splitlines()[0] if broadcast.text else label("Без текста, с файлами")
    return cut(_SENTENCE_ENDS.split(line, maxsplit=1)[0].rstrip("."), TITLE_LIMIT)


def number_lines(view: Progress) -> list[Markup]:
    """How it stands, on the screen."""
    families = view.numbers.families
    full = BAR * families.delivered // max(families.total, 1)
    bar = "█" * full + "░" * (BAR - full)
    return _lines(view, text("{bar} {n} доставлено", bar=bar, n=families.delivered))


def printed_lines(view: Progress) -> list[Markup]:
    """The same on paper."""
    return _lines(view, text("{n} доставлено", n=view.numbers.families.delivered))


def _lines(view: Progress, delivered: Markup) -> list[Markup]:
    found = [
        _state(view),
        delivered if view.has_left and view.broadcast.cancelled_at is None else None,
        _answered(view),
        _awaited(view),
        _line(" · ".join(trouble_words(view.numbers.families))),
        _people(view),
        _reminders(view),
        text("Показаны только семьи ваших классов.") if view.of_own_classes else None,
    ]
    return [line for line in found if line is not None]


def _line(words: str) -> Markup | None:
    return text("{words}", words=words) if words else None


def _state(view: Progress) -> Markup | None:
    broadcast = view.broadcast
    if broadcast.cancelled_at is not None:
        return text("Отправка отменена: объявления никто не увидел.")
    if broadcast.withdrawn_at is not None:
        return text("🚫 Отозвано {when}.", when=moment_words(broadcast.withdrawn_at, view.zone))
    if not view.has_left and broadcast.leaves_at is not None:
        return text("⏳ Уйдёт {when}.", when=moment_words(broadcast.leaves_at, view.zone))
    return None


def _answered(view: Progress) -> Markup | None:
    broadcast, families = view.broadcast, view.numbers.families
    if broadcast.reply is BroadcastReply.NONE or not view.has_left:
        return None
    if broadcast.reply is BroadcastReply.ACKNOWLEDGE:
        return count("{n} семья ознакомилась", "{n} семей ознакомились", families.replied)
    options = ", ".join(
        f"«{option}» {families.options[number]}" for number, option in enumerate(broadcast.options)
    )
    return count(
        "{n} семья ответила: {options}", "{n} семей ответили: {options}", families.replied, options=options
    )


def _awaited(view: Progress) -> Markup | None:
    broadcast, silent = view.broadcast, view.numbers.families.shown[Shown.SILENT]
    if broadcast.reply is BroadcastReply.NONE or not silent or broadcast.is_over:
        return None
    if broadcast.reply_by is None:
        return count("⏳ Ждём {n} семью", "⏳ Ждём {n} семей", silent)
    if broadcast.reply_by <= view.now:
        return count("Не ответила {n} семья, срок прошёл", "Не ответили {n} семей, срок прошёл", silent)
    until = deadline_words(broadcast.reply_by, view.zone)
    return count("⏳ Ждём {n} семью до {until}", "⏳ Ждём {n} семей до {until}", silent, until=until)


def _people(view: Progress) -> Markup | None:
    people = view.numbers.people
    if not view.has_left or view.broadcast.cancelled_at is not None:
        return None
    if view.broadcast.reply is BroadcastReply.NONE:
        return text("<i>Сообщений доставлено {n} из {all}</i>", n=people.delivered, all=people.written)
    return text(
        "<i>Сообщений доставлено {n} из {all}, с ответом {replied}</i>",
        n=people.delivered,
        all=people.written,
        replied=people.replied,
    )


def _reminders(view: Progress) -> Markup | None:
    broadcast = view.broadcast
    if broadcast.remind_at is not None and not broadcast.is_over:
        return text("🔔 Напомним молчащим {when}", when=moment_words(broadcast.remind_at, view.zone))
    if broadcast.reminded_at is not None:
        return text("Напоминали {when}", when=moment_words(broadcast.reminded_at, view.zone))
    return None


def _opening_rows(view: Progress) -> tuple[Row, ...]:
    broadcast, families = view.broadcast, view.numbers.families
    broadcast_id = broadcast.broadcast_id
    if broadcast.cancelled_at is not None:
        return ()
    asks = broadcast.reply is not BroadcastReply.NONE
    silent, answered, unreached = (
        families.shown[shown] for shown in (Shown.SILENT, Shown.ANSWERED, Shown.UNREACHABLE)
    )
    words = (
        (Shown.SILENT, label("Кто молчит ({n})", n=silent) if asks else label("Получили ({n})", n=silent)),
        (Shown.ANSWERED, label("Кто ответил ({n})", n=answered)),
        (Shown.UNREACHABLE, label("Кого не достать ({n})", n=unreached)),
    )
    buttons = [
        Button(title, OpenRecipients(broadcast_id=broadcast_id, shown=shown))
        for shown, title in words
        if families.shown[shown]
    ]
    late = broadcast.reply_by is not None and broadcast.reply_by <= view.now
    closed = late or broadcast.is_over
    to_remind = silent + families.shown[Shown.WAITING] > 0 or broadcast.remind_at is not None
    if asks and view.is_author and not closed and to_remind:
        buttons.insert(1, Button(label("Напомнить им"), OpenReminding(broadcast_id=broadcast_id)))
    files = tuple(
        Button(words, SendBroadcastReport(broadcast_id=broadcast_id, kind=kind))
        for words, kind in (("Excel", "x"), ("PDF", "p"))
    )
    return (*in_rows(buttons, 2), files)
