"""Reminding of a broadcast: the author's choice, and the family's new message (C7)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.broadcast_results import RemindSilent, ScheduleReminder
from handlers.callbacks.broadcasts import OpenNotice, ShowBroadcast
from handlers.screen import Button, Screen
from handlers.texts.broadcast_notice import answer_rows, asked_line, notice_title, signature_line
from handlers.texts.broadcast_progress import short_title
from handlers.texts.broadcast_words import moment_words
from handlers.texts.buttons import Row, menu_button
from handlers.texts.homework_words import said
from handlers.texts.i18n import count, label, label_count, lines, text
from handlers.texts.words import clock_time, on_weekday
from services.broadcasts.reminding import Reminded, ReminderForm
from services.notifications.broadcast_reminder import BroadcastReminder

HOUR = 9
"""In the morning, when a reminder leaves by itself."""
DAYS_OFFERED = 4
TEXT_SHOWN = 300


def reminding_screen(form: ReminderForm, zone: ZoneInfo) -> Screen:
    broadcast = form.broadcast
    body = lines(
        text("<b>Напомнить: {title}</b>", title=short_title(broadcast)),
        count("Молчит {n} семья.", "Молчат {n} семей.", form.silent)
        if form.silent
        else text("Молчащих сейчас нет."),
        text("Придёт новое сообщение с теми же кнопками, и только тем, кто не ответил."),
        text("Напомним {when}.", when=moment_words(broadcast.remind_at, zone))
        if broadcast.remind_at
        else None,
        text("Снова вручную можно после {when}.", when=clock_time(form.not_before, zone))
        if form.not_before
        else None,
    )
    broadcast_id = broadcast.broadcast_id
    rows: list[Row] = []
    if form.silent and form.not_before is None:
        rows.append((Button(label("Напомнить сейчас"), RemindSilent(broadcast_id=broadcast_id)),))
    rows += (
        (Button(_on_words(moment), ScheduleReminder(broadcast_id=broadcast_id, minute=minute(moment))),)
        for moment in _offered(form, zone)
    )
    if broadcast.remind_at is not None:
        rows.append((Button(label("Не напоминать"), ScheduleReminder(broadcast_id=broadcast_id, minute=0)),))
    back = Button(label("‹ Назад"), ShowBroadcast(broadcast_id=broadcast_id))
    return Screen(body, (*rows, (back, menu_button())))


def reminded_toast(reminded: Reminded) -> str:
    return label_count("Напомнили {n} человеку", "Напомнили {n} людям", reminded.people)


def scheduled_toast(form: ReminderForm, zone: ZoneInfo) -> str:
    if form.broadcast.remind_at is None:
        return label("Не напомним")
    return label("Напомним {when}", when=moment_words(form.broadcast.remind_at, zone))


def reminder_screen(view: BroadcastReminder) -> Screen:
    """What a silent family gets; the answer closes it."""
    notice = view.notice
    if notice.withdrawn:
        return Screen(text("🚫 <b>Объявление отменено.</b> Отвечать не нужно."))
    if view.family_has_answered:
        return Screen(_closed(view))
    show = Button(label("Показать целиком"), OpenNotice(recipient_id=notice.recipient_id))
    if notice.hidden:
        return Screen(text("🔔 Школа ждёт вашего ответа на объявление."), ((show,),))
    body = lines(
        text("🔔 <b>Напоминание</b>"),
        notice_title(notice),
        "",
        said(notice.text, TEXT_SHOWN),
        "",
        signature_line(notice),
        asked_line(notice),
    )
    return Screen(body, (*answer_rows(notice), (show,)))


def _closed(view: BroadcastReminder) -> Markup:
    notice = view.notice
    if notice.replied_at is None:
        return text("✅ Ответ вашей семьи уже есть, спасибо.")
    if notice.option is None or notice.hidden:
        return text("✅ Вы уже ответили, спасибо.")
    return text("✅ Вы уже ответили: «{answer}». Спасибо!", answer=notice.options[notice.option])


def _offered(form: ReminderForm, zone: ZoneInfo) -> list[datetime]:
    """The next mornings before the answers are due, Sundays left out."""
    local, until = form.now.astimezone(zone), form.broadcast.reply_by
    mornings = (
        datetime.combine(local.date() + timedelta(days=n), time(HOUR), zone) for n in range(DAYS_OFFERED + 2)
    )
    fit = [
        moment
        for moment in mornings
        if moment > form.now and moment.isoweekday() < 7 and (until is None or moment < until)
    ]
    return fit[:DAYS_OFFERED]


def _on_words(moment: datetime) -> str:
    """«Напомнить в понедельник, 09:00»."""
    return label("Напомнить {day}, {hour}", day=on_weekday(moment), hour=f"{moment:%H:%M}")


def minute(moment: datetime) -> int:
    """As a button carries it."""
    return int(moment.timestamp()) // 60
