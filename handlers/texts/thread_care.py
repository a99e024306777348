"""Office hours, and guardians whose messages are not passed on."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from handlers.callbacks.threads import (
    LiftMute,
    MuteFor,
    OpenThread,
    ResetOfficeHours,
    ShowOfficeHours,
    ShowThreads,
    TypeOfficeHours,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import menu_button
from handlers.texts.i18n import label, label_count, lines, text
from handlers.texts.paging import fitting
from handlers.texts.thread_words import family_words, week_words
from handlers.texts.words import cut, day_and_month, full_name, with_initials
from services.threads.muting import MUTE_DAYS
from services.threads.office_hours import OfficeHoursView
from services.threads.views import MuteRow, ThreadView

_MUTES = 20


def office_hours_screen(view: OfficeHoursView) -> Screen:
    """When messages of families reach this colleague."""
    own = label("свои часы") if view.own else label("как в школе")
    body = lines(
        text("<b>Часы для сообщений</b>: {own}", own=own),
        text("{week}", week=week_words(view.week)),
        "",
        text("В другое время сообщения родителей ждут. Родитель видит, когда вы их прочитаете."),
    )
    reset = ((Button(label("Как в школе"), ResetOfficeHours()),),) if view.own else ()
    return Screen(
        body,
        (
            (Button(label("Задать свои часы"), TypeOfficeHours()),),
            *reset,
            (Button(label("‹ Переписка"), ShowThreads(page=0)), menu_button()),
        ),
    )


def ask_hours_screen() -> Screen:
    """The hours are typed next."""
    return Screen(
        text("Напишите дни и часы, например: пн-пт 9-16, сб 10:00-12:00"),
        ((Button(label("‹ Назад"), ShowOfficeHours()),),),
    )


def choose_mute_screen(view: ThreadView) -> Screen:
    """For how many days."""
    thread_id = view.thread.thread_id
    days = tuple(
        Button(label_count("{n} день", "{n} дней", n), MuteFor(thread_id=thread_id, days=n))
        for n in MUTE_DAYS
    )
    body = lines(
        text("Не передавать сообщения: <b>{name}</b>", name=family_words(view.thread)),
        text("Учителя не будут получать сообщений этого родителя об ученике. Администрация — будет."),
        text("Завуч увидит это и причину. На сколько дней?"),
    )
    return Screen(body, (days, (Button(label("Отмена"), OpenThread(thread_id=thread_id, page=0)),)))


def mute_reason_screen(thread_id: int, days: int) -> Screen:
    """The reason is typed next."""
    return Screen(
        text("{days}. Напишите причину: её увидит завуч.", days=label_count("{n} день", "{n} дней", days)),
        ((Button(label("Отмена"), OpenThread(thread_id=thread_id, page=0)),),),
    )


def mutes_screen(mutes: list[MuteRow], zone: ZoneInfo) -> Screen:
    """Everybody who is muted now, for the deputies."""
    if not mutes:
        return Screen(text("Переписка никому не ограничена."), ((menu_button(),),))
    parts = [
        lines(
            "",
            text(
                "<b>{n}. {name}</b>, ученик: {pupil}",
                n=n,
                name=full_name(one.person),
                pupil=full_name(one.pupil),
            ),
            text(
                "До {until}, {by}: {reason}",
                until=day_and_month(one.until.astimezone(zone).date()),
                by=full_name(one.by),
                reason=cut(one.reason, 200),
            ),
        )
        for n, one in enumerate(mutes[:_MUTES], 1)
    ]
    shown = fitting(parts, 200)
    rows = [
        (
            Button(
                label("Снять: {name}", name=cut(with_initials(one.person), 40)), LiftMute(mute_id=one.mute_id)
            ),
        )
        for one in mutes[: len(shown)]
    ]
    head = text("<b>Кому ограничили переписку</b>")
    return Screen(
        lines(head, *shown), (*rows, (Button(label("‹ Переписка"), ShowThreads(page=0)), menu_button()))
    )


def lifted_screen(mute: MuteRow) -> Screen:
    name = full_name(mute.person)
    return Screen(text("Сообщения снова передаются: <b>{name}</b>.", name=name), ((menu_button(),),))
