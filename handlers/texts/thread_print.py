"""A conversation in the words of its print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.texts.i18n import label, label_count
from handlers.texts.thread_words import family_words, staff_words, topic_words
from handlers.texts.words import clock_time, full_name
from services.documents.thread import PrintedMessage, PrintedThread
from services.threads.access import Side
from services.threads.views import MessageRow, ThreadSheet, Version


def printed_thread(sheet: ThreadSheet, zone: ZoneInfo) -> PrintedThread:
    """Every message with every version of it, for both sides the same."""
    row = sheet.view.thread
    about = [sheet.school, f"{family_words(row)} — {staff_words(row)}", topic_words(row, Side.SCHOOL)]
    earlier: dict[int, list[Version]] = {}
    for version in sheet.earlier:
        earlier.setdefault(version.message_id, []).append(version)
    return PrintedThread(
        title=label("Переписка"),
        about=tuple(filter(None, about)),
        messages=tuple(_message(one, earlier.get(one.message_id, ()), zone) for one in sheet.messages),
        footer=label("Напечатано {when}", when=_moment(sheet.printed_at, zone)),
    )


def _message(one: MessageRow, earlier: Sequence[Version], zone: ZoneInfo) -> PrintedMessage:
    when = _moment(one.sent_at, zone)
    if one.edited_at is not None:
        when = label("{when}, изменено {edited}", when=when, edited=_moment(one.edited_at, zone))
    return PrintedMessage(
        who=full_name(one.author),
        when=when,
        about=label("По строке {about}", about=one.about) if one.about else "",
        text=one.text,
        files=label_count("{n} файл", "{n} файлов", one.files) if one.files else "",
        earlier=tuple(f"{version.text} ({_moment(version.sent_at, zone)})" for version in earlier),
    )


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d.%m.%Y} {clock_time(moment, zone)}"
