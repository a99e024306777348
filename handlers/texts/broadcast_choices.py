"""What a broadcast wants back, and when it leaves."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.callbacks.broadcast_drafts import (
    ChooseReplyBy,
    SetReply,
    SetReplyBy,
    SetTime,
    TypeOptions,
    TypeTime,
)
from handlers.screen import Button, Screen
from handlers.texts.broadcast_draft import back_to_draft
from handlers.texts.broadcast_words import moment_words, reply_words
from handlers.texts.buttons import Row, in_rows
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import short_day
from services.broadcasts.composing import BroadcastForm
from services.broadcasts.limits import MAX_OPTIONS, MIN_OPTIONS, OPTION_LIMIT
from services.vocabulary import BroadcastReply

REPLY_HOUR = 20
"""Local hour of a day by which an answer is wanted."""
LEAVING_HOUR = 8
"""Local hour of a day that was typed without a time."""
DAYS_OFFERED = 6


def usual_options() -> tuple[str, str]:
    return label("Согласны"), label("Не согласны")


def reply_screen(form: BroadcastForm, zone: ZoneInfo) -> Screen:
    broadcast_id = form.draft.broadcast_id
    yes, no = usual_options()
    rows: list[Row] = [
        (Button(label("Только сообщить"), SetReply(broadcast_id=broadcast_id, kind="n")),),
        (Button(label("«Ознакомлен(а)»"), SetReply(broadcast_id=broadcast_id, kind="a")),),
        (Button(label("«{yes}» / «{no}»", yes=yes, no=no), SetReply(broadcast_id=broadcast_id, kind="c")),),
        (Button(label("Свои варианты…"), TypeOptions(broadcast_id=broadcast_id)),),
    ]
    if form.draft.reply is not BroadcastReply.NONE:
        rows.append((Button(label("Изменить срок"), ChooseReplyBy(broadcast_id=broadcast_id)),))
    body = lines(
        text("<b>Какой нужен ответ</b>"),
        text("Сейчас: {reply}", reply=reply_words(form.draft, zone)),
    )
    return Screen(body, (*rows, back_to_draft(broadcast_id)))


def type_options_screen(form: BroadcastForm) -> Screen:
    body = lines(
        text(
            "Напишите варианты ответа, каждый с новой строки: от {least} до {most}, "
            "каждый до {limit} знаков.",
            least=MIN_OPTIONS,
            most=MAX_OPTIONS,
            limit=OPTION_LIMIT,
        ),
        text("Например:"),
        text("<i>Едем</i>"),
        text("<i>Не едем</i>"),
    )
    return Screen(body, (back_to_draft(form.draft.broadcast_id),))


def reply_by_screen(form: BroadcastForm, zone: ZoneInfo) -> Screen:
    broadcast_id = form.draft.broadcast_id
    start = max(form.now, form.draft.leaves_at or form.now).astimezone(zone).date()
    days = [
        Button(short_day(day), SetReplyBy(broadcast_id=broadcast_id, day=day.toordinal()))
        for day in (start + timedelta(days=n) for n in range(1, DAYS_OFFERED + 1))
    ]
    body = lines(
        text("<b>До какого дня ждём ответ</b>"),
        text("Сейчас: {reply}", reply=reply_words(form.draft, zone)),
        text("До {hour} выбранного дня.", hour=f"{time(REPLY_HOUR):%H:%M}"),
    )
    return Screen(
        body,
        (
            *in_rows(days, 3),
            (Button(label("Другое время…"), TypeTime(broadcast_id=broadcast_id, what="r")),),
            (Button(label("Без срока"), SetReplyBy(broadcast_id=broadcast_id, day=0)),),
            back_to_draft(broadcast_id),
        ),
    )


def leaving_screen(form: BroadcastForm, zone: ZoneInfo) -> Screen:
    """At once, tonight, tomorrow morning, or a moment that is typed."""
    broadcast_id, local = form.draft.broadcast_id, form.now.astimezone(zone)
    tonight = datetime.combine(local, time(18), zone)
    tomorrow = datetime.combine(local + timedelta(days=1), time(LEAVING_HOUR), zone)
    offered = [(label("Сегодня в 18:00"), tonight)] if tonight > form.now else []
    offered.append((label("Завтра в {hour}", hour=f"{tomorrow:%H:%M}"), tomorrow))
    leaves_at = form.draft.leaves_at
    body = lines(
        text("<b>Когда отправить</b>"),
        text("Сейчас: {when}", when=moment_words(leaves_at, zone) if leaves_at else label("сразу")),
    )
    return Screen(
        body,
        (
            (Button(label("Сразу"), SetTime(broadcast_id=broadcast_id, minute=0)),),
            *(
                (Button(words, SetTime(broadcast_id=broadcast_id, minute=int(moment.timestamp()) // 60)),)
                for words, moment in offered
            ),
            (Button(label("Другое время…"), TypeTime(broadcast_id=broadcast_id, what="l")),),
            back_to_draft(broadcast_id),
        ),
    )


def type_moment_screen(form: BroadcastForm, zone: ZoneInfo) -> Screen:
    return _type_moment(form.draft.broadcast_id, form.now.astimezone(zone), again=False)


def not_a_moment_screen(broadcast_id: int, local_now: datetime) -> Screen:
    return _type_moment(broadcast_id, local_now, again=True)


def _type_moment(broadcast_id: int, local_now: datetime, *, again: bool) -> Screen:
    example = local_now + timedelta(days=2)
    body = lines(
        text("Не понял время.") if again else None,
        text("Напишите день и время, например <b>{day:%d.%m} 18:30</b>.", day=example),
    )
    return Screen(body, (back_to_draft(broadcast_id),))
