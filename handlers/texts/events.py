"""«События»: what is ahead in the class and in the school (C6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from handlers.callbacks.events import (
    AddEvent,
    AskCancelEvent,
    CancelEvent,
    ChangeEvent,
    ChooseEventPlace,
    SetEventReminder,
    ShowEvent,
    ShowEvents,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.i18n import label, label_count, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import capital, cut, full_day, short_day
from services.events import REMIND_DAYS, Calendar, EventCard, EventRow, Place
from services.notifications.events import EventReminder
from services.settings import PersonalData

PAGE, LINE_LIMIT, TITLE_LIMIT, GROUP_LIMIT, BUTTON_LIMIT = 10, 40, 100, 12, 40


def calendar_screen(calendar: Calendar, page: int) -> Screen:
    """Day by day; a tap opens one."""
    shown, page, pages = items_of(calendar.events, page, PAGE)
    said = lines(
        text("<b>События</b>"),
        None if calendar.events else text("Пока ничего не запланировано."),
        *(_line(event) for event in shown),
    )
    buttons = [
        Button(
            cut(f"{short_day(event.date)}: {event.title}", BUTTON_LIMIT), ShowEvent(event_id=event.event_id)
        )
        for event in shown
    ]
    add = [(Button(label("Добавить событие"), ChooseEventPlace()),)] if calendar.may_add else []
    turned = turning(page, pages, lambda to: ShowEvents(page=to))
    return Screen(said, (*in_rows(buttons, 1), *turned, *add, (menu_button(),)))


def _line(event: EventRow) -> Markup:
    return text(
        "📅 {day}{at} — {title}{where}",
        day=short_day(event.date),
        at=_hour(event),
        title=cut(event.title, LINE_LIMIT),
        where=f" ({cut(event.group, GROUP_LIMIT)})" if event.group else "",
    )


def event_screen(card: EventCard) -> Screen:
    """One event, and what its keeper can do."""
    event = card.event
    said = lines(*_body(event, with_group=True), _reminder_words(event) if card.may_edit else None)
    rows: list[Row] = []
    if card.may_edit:
        rows += [
            (Button(label("Изменить"), ChangeEvent(event_id=event.event_id)),),
            *in_rows((_reminder_button(event, days) for days in REMIND_DAYS), 2),
            (Button(label("Отменить событие"), AskCancelEvent(event_id=event.event_id)),),
        ]
    return Screen(said, (*rows, (Button(label("‹ События"), ShowEvents(page=0)), menu_button())))


def event_notice(view: EventReminder) -> Screen:
    """A living message: it says the day, never «завтра»."""
    body = _body(view.event, with_group=view.personal_data is not PersonalData.NONE)
    moved = text("🔔 Событие перенесено") if view.moved and not view.event.cancelled else None
    return Screen(lines(moved, *body), ((Button(label("Все события"), ShowEvents(page=0)),),))


def _body(event: EventRow, *, with_group: bool) -> list[Markup]:
    where = f" · {cut(event.group, GROUP_LIMIT)}" if event.group and with_group else ""
    said = [
        text("📅 {day}{at}{where}", day=capital(full_day(event.date)), at=_hour(event), where=where),
        text("<b>{title}</b>", title=cut(event.title, TITLE_LIMIT)),
    ]
    if event.text:
        said.append(text("{words}", words=event.text))
    return [text("🔴 Отменено"), *said] if event.cancelled else said


def _hour(event: EventRow) -> str:
    return f", {event.starts_at:%H:%M}" if event.starts_at else ""


def _reminder_words(event: EventRow) -> Markup:
    if event.remind_days is None:
        return text("Семьям не напоминаем.")
    return text("Напомним семьям {when}.", when=_before(event.remind_days))


def _before(days: int) -> str:
    return label_count("за {n} день", "за {n} дней", days)


def _reminder_button(event: EventRow, days: int | None) -> Button:
    words = label("Не напоминать") if days is None else capital(_before(days))
    mark = "• " if event.remind_days == days else ""
    return Button(f"{mark}{words}", SetEventReminder(event_id=event.event_id, days=days or 0))


def places_screen(places: Sequence[Place]) -> Screen:
    """Whose event is it?"""
    whole = [(Button(label("Вся школа"), AddEvent(place=0)),) for place in places if place.group_id is None]
    groups = [
        Button(cut(place.name, 12), AddEvent(place=place.group_id)) for place in places if place.group_id
    ]
    back = (Button(label("‹ События"), ShowEvents(page=0)),)
    return Screen(text("Чьё это событие?"), (*whole, *in_rows(groups, 4), back))


def type_event_screen(today: date, changed: EventRow | None = None) -> Screen:
    """How an event is written in one message."""
    said = lines(
        text("Напишите событие заново одним сообщением.")
        if changed
        else text("Напишите событие одним сообщением."),
        text("Первая строка — день, время (если есть) и название, дальше — подробности. Например:"),
        "",
        text("<code>{day:%d.%m} 10:00 Экскурсия в музей\nВозьмите обед и сменную обувь.</code>", day=today),
        *(["", text("Сейчас:"), text("<code>{words}</code>", words=as_typed(changed))] if changed else []),
    )
    back = (
        Button(label("‹ Назад"), ShowEvent(event_id=changed.event_id))
        if changed
        else Button(label("‹ События"), ShowEvents(page=0))
    )
    return Screen(said, ((back,),))


def as_typed(event: EventRow) -> str:
    """The event as its keeper would type it."""
    at = f" {event.starts_at:%H:%M}" if event.starts_at else ""
    first = f"{event.date:%d.%m.%Y}{at} {event.title}"
    return f"{first}\n{event.text}" if event.text else first


def ask_cancel_screen(event: EventRow) -> Screen:
    said = lines(
        *_body(event, with_group=True), "", text("Отменить? Кто уже получил сообщение, увидит «Отменено».")
    )
    rows = (
        (Button(label("Да, отменить"), CancelEvent(event_id=event.event_id)),),
        (Button(label("Нет"), ShowEvent(event_id=event.event_id)),),
    )
    return Screen(said, rows)


def saved_toast() -> str:
    return label("Записано")


def cancelled_toast() -> str:
    return label("Отменено")
