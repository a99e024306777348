"""Opening what is locked (J5): what is open, why and for how long."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.changes import ChooseLockedDay, FindLocked, LockAgain, ShowHistory, Unlock
from handlers.screen import Button, Screen
from handlers.texts.buttons import in_rows, menu_button
from handlers.texts.course_words import course_name
from handlers.texts.homework_words import until_words
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import fitting
from handlers.texts.words import cut, day_and_month
from services.unlocking import OpenNow, Place, Target, UnlockRow, UnlockTerm

BUTTON_LIMIT, NAME_LIMIT, REASON_LIMIT = 40, 120, 500
OPEN_SHOWN = 12


def place_words(place: Place) -> str:
    """«7Б · Алгебра · 3 урок, 14 сентября», «7Б · Алгебра · итоги: 1 четверть»."""
    course = cut(course_name(place), NAME_LIMIT)
    if place.date is not None:
        day = day_and_month(place.date)
        return label("{course} · {n} урок, {day}", course=course, n=place.number, day=day)
    if place.term is not None:
        return label("{course} · итоги: {term}", course=course, term=cut(place.term, NAME_LIMIT))
    return label("{course} · итоги года и экзамен", course=course)


def open_now_screen(view: OpenNow, zone: ZoneInfo, today: date, said: Markup | None = None) -> Screen:
    """What is open, each with «Закрыть»; then the classes to look for more in. `said`: what was just done."""
    shown = view.unlocks[:OPEN_SHOWN]
    listed = [_open_line(number, unlock, zone, today) for number, unlock in enumerate(shown, 1)]
    more = len(view.unlocks) - len(shown)
    body = lines(
        *((said, "") if said else ()),
        text("<b>Открыть для исправлений</b>"),
        text("Сейчас открыто: {n}.", n=len(view.unlocks)) if shown else text("Сейчас ничего не открыто."),
        *fitting(listed, 900),
        text("…и ещё: {n}", n=more) if more else None,
        "",
        text("Что открыть ещё? Выберите класс.") if shown else text("Что открыть? Выберите класс."),
    )
    closing = (
        Button(label("Закрыть {n}", n=number), LockAgain(unlock_id=unlock.unlock_id))
        for number, unlock in enumerate(shown, 1)
    )
    groups = (
        Button(cut(group.name, BUTTON_LIMIT), ChooseLockedDay(group_id=group.group_id))
        for group in view.groups[:60]
    )
    return Screen(body, (*in_rows(closing, 3), *in_rows(groups, 4), (menu_button(),)))


def _open_line(number: int, unlock: UnlockRow, zone: ZoneInfo, today: date) -> Markup:
    return text(
        "{number}. {place} — {until}. Причина: {reason}",
        number=number,
        place=place_words(unlock.place),
        until=until_words(unlock.until, zone, today),
        reason=cut(unlock.reason, NAME_LIMIT),
    )


def reason_screen(place: Place) -> Screen:
    """Why a deputy opens it."""
    body = lines(
        text("<b>{place}</b>", place=place_words(place)),
        text("Почему нужно открыть? Напишите причину одним сообщением: она останется в истории."),
    )
    lesson_id = place.target.lesson_id
    history = (Button(label("Изменения"), ShowHistory(lesson_id=lesson_id)),) if lesson_id else ()
    return Screen(body, ((*history, Button(label("Отмена"), FindLocked())),))


def term_screen(place: Place, reason: str) -> Screen:
    """For how long: a tap opens it."""
    body = lines(
        text("<b>{place}</b>", place=place_words(place)),
        text("Причина: {reason}", reason=cut(reason, REASON_LIMIT)),
        "",
        text("На какой срок открыть? Учитель узнает сразу. Причину можно написать ещё раз."),
    )
    words = {
        UnlockTerm.TODAY: label("До конца дня"),
        UnlockTerm.DAY: label("На 1 день"),
        UnlockTerm.THREE_DAYS: label("На 3 дня"),
        UnlockTerm.WEEK: label("На 7 дней"),
    }
    carried = carries(place.target)
    terms = (Button(said, Unlock(**carried, term=term)) for term, said in words.items())
    return Screen(body, (*in_rows(terms, 2), (Button(label("Отмена"), FindLocked()),)))


def carries(target: Target) -> dict[str, Any]:
    """What the buttons of a target carry."""
    return {"lesson_id": target.lesson_id, "course_id": target.course_id, "term_id": target.term_id}


def unlocked_words(unlock: UnlockRow, zone: ZoneInfo, today: date) -> Markup:
    return text(
        "Открыто {until}: {place}.",
        until=until_words(unlock.until, zone, today),
        place=place_words(unlock.place),
    )


def locked_again_words(unlock: UnlockRow) -> Markup:
    return text("🔒 Снова закрыто: {place}.", place=place_words(unlock.place))
