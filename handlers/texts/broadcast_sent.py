"""A broadcast that was sent, and what its author can still do about it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.broadcasts import (
    AskWithdrawBroadcast,
    CancelBroadcast,
    SendNow,
    ShowBroadcast,
    ShowBroadcasts,
    TypeChange,
    WithdrawBroadcast,
)
from handlers.screen import Button, Screen
from handlers.texts.broadcast_words import moment_words
from handlers.texts.buttons import Row, menu_button
from handlers.texts.homework_words import said
from handlers.texts.i18n import label, lines, text
from services.broadcasts.composing import Composed
from services.broadcasts.releasing import Released

TEXT_SHOWN = 600


def released_screen(released: Released, zone: ZoneInfo) -> Screen:
    """Right after «Отправить», «Отправить сейчас» or «Отменить отправку»."""
    broadcast_id = released.broadcast_id
    if released.cancelled:
        return Screen(
            text("Отправка отменена: объявления никто не увидел."), ((_list_button(), menu_button()),)
        )
    if released.has_left:
        said_now = text("Объявление отправлено семьям.")
    else:
        said_now = lines(
            text("Объявление уйдёт {when}.", when=moment_words(released.leaves_at, zone)),
            text("До этого его можно отменить или исправить."),
        )
    return Screen(
        said_now,
        (
            *_changing(broadcast_id, has_left=released.has_left),
            (Button(label("Кто получил"), ShowBroadcast(broadcast_id=broadcast_id)), menu_button()),
        ),
    )


def sent_screen(sent: Composed, now: datetime, zone: ZoneInfo) -> Screen:
    """What was said and how it stands."""
    body = lines(_state(sent, now, zone), "", said(sent.text, TEXT_SHOWN))
    numbers = Button(label("Кто получил"), ShowBroadcast(broadcast_id=sent.broadcast_id))
    return Screen(body, (*changing_rows(sent, now), (numbers, menu_button())))


def changing_rows(sent: Composed, now: datetime) -> tuple[Row, ...]:
    """What its author can do about it now."""
    if sent.is_over or sent.leaves_at is None:
        return ()
    return _changing(sent.broadcast_id, has_left=sent.leaves_at <= now)


def type_change_screen(sent: Composed) -> Screen:
    body = lines(
        text("Напишите новый текст объявления. Он заменит прежний у всех, кто его уже получил."),
        text("Сейчас:"),
        "",
        said(sent.text, TEXT_SHOWN * 4),
    )
    back = Button(label("‹ Назад"), ShowBroadcast(broadcast_id=sent.broadcast_id))
    return Screen(body, ((back,),))


def ask_withdraw_screen(broadcast_id: int) -> Screen:
    return Screen(
        text("Отозвать объявление? У всех вместо текста будет «Объявление отменено»."),
        (
            (Button(label("Да, отозвать"), WithdrawBroadcast(broadcast_id=broadcast_id)),),
            (Button(label("Нет"), ShowBroadcast(broadcast_id=broadcast_id)),),
        ),
    )


def sent_toast(released: Released) -> str:
    return label("Отправляется") if released.has_left else label("Записано, пока можно отменить")


def cancelled_toast() -> str:
    return label("Отправка отменена")


def withdrawn_toast() -> str:
    return label("Объявление отозвано")


def _state(sent: Composed, now: datetime, zone: ZoneInfo) -> Markup:
    if sent.withdrawn_at is not None:
        return text("🚫 <b>Объявление отозвано {when}.</b>", when=moment_words(sent.withdrawn_at, zone))
    if sent.cancelled_at is not None:
        return text("<b>Отправка отменена: объявления никто не увидел.</b>")
    assert sent.leaves_at is not None
    when = moment_words(sent.leaves_at, zone)
    if sent.leaves_at > now:
        return text("<b>Объявление уйдёт {when}.</b>", when=when)
    if sent.edited_at is not None:
        edited = moment_words(sent.edited_at, zone)
        return text("<b>Объявление от {when}, изменено {edited}.</b>", when=when, edited=edited)
    return text("<b>Объявление от {when}.</b>", when=when)


def _changing(broadcast_id: int, *, has_left: bool) -> tuple[Row, ...]:
    change = Button(label("Изменить текст"), TypeChange(broadcast_id=broadcast_id))
    if has_left:
        withdraw = Button(label("Отозвать"), AskWithdrawBroadcast(broadcast_id=broadcast_id))
        return ((change, withdraw),)
    return (
        (Button(label("Отменить отправку"), CancelBroadcast(broadcast_id=broadcast_id)),),
        (Button(label("Отправить сейчас"), SendNow(broadcast_id=broadcast_id)), change),
    )


def _list_button() -> Button:
    return Button(label("Объявления"), ShowBroadcasts(page=0))
