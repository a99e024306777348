"""Asking for what is locked to be opened, and what is said of it afterwards (J5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.changes import AllowUnlock, RefuseUnlock
from handlers.callbacks.final_marks import OpenDueFinals, ShowFinals
from handlers.callbacks.lessons import ShowLesson
from handlers.callbacks.substitutions import ShowSubstitutedLesson
from handlers.screen import Button, Screen
from handlers.texts.buttons import menu_button
from handlers.texts.homework_words import until_words
from handlers.texts.i18n import label, lines, text
from handlers.texts.unlocking import REASON_LIMIT, locked_again_words, place_words
from handlers.texts.words import cut, with_initials
from services.notifications.unlocking import (
    REQUEST_KIND,
    UNLOCK_REFUSED_KIND,
    UNLOCKED_KIND,
    RefusedUnlock,
    Unlocked,
    UnlockRequest,
)
from services.unlocking import REFUSED, UNLOCKED, Place, RequestRow, Target
from services.vocabulary import FinalKind


def why_ask_screen(place: Place) -> Screen:
    """Why a teacher asks."""
    body = lines(
        text("<b>{place}</b>", place=place_words(place)),
        text("Напишите завучу одним сообщением, что нужно исправить и почему."),
    )
    return Screen(body, ((_back(place.target),),))


def asked_screen(place: Place) -> Screen:
    body = lines(
        text("⏳ Завуч увидит вашу просьбу: {place}.", place=place_words(place)),
        text("Когда ответит, я сразу напишу."),
    )
    return Screen(body, ((_back(place.target), menu_button()),))


def _back(target: Target) -> Button:
    if target.lesson_id is not None:
        return Button(label("‹ К уроку"), ShowLesson(lesson_id=target.lesson_id))
    return Button(label("‹ К итогам"), ShowFinals(**_final_page(target), page=0))


def _final_page(target: Target) -> dict[str, Any]:
    assert target.course_id is not None
    kind = FinalKind.YEAR if target.term_id is None else FinalKind.TERM
    return {"course_id": target.course_id, "kind": kind, "term_id": target.term_id}


def unlocked_screen(view: Unlocked) -> Screen:
    """For whoever keeps the lesson or gives the final marks."""
    unlock = view.unlock
    target = unlock.place.target
    if not view.open:
        return Screen(locked_again_words(unlock))
    body = lines(
        text("Завуч открыл для исправлений: <b>{place}</b>.", place=place_words(unlock.place)),
        text(
            "Исправить можно {until}.",
            until=until_words(unlock.until, view.zone, unlock.until.astimezone(view.zone).date()),
        ),
        text(
            "Причина: {reason} ({who})",
            reason=cut(unlock.reason, REASON_LIMIT),
            who=with_initials(unlock.granted_by),
        ),
    )
    to = (
        Button(label("К уроку"), ShowSubstitutedLesson(lesson_id=target.lesson_id))
        if target.lesson_id is not None
        else Button(label("К итогам"), OpenDueFinals(**_final_page(target)))
    )
    return Screen(body, ((to,),))


def request_screen(view: UnlockRequest) -> Screen:
    """For the deputies; answered, it says how."""
    return answered_screen(view.request, view.zone)


def answered_screen(request: RequestRow, zone: ZoneInfo) -> Screen:
    body = lines(
        text(
            "{who} просит открыть: <b>{place}</b>.",
            who=with_initials(request.asked_by),
            place=place_words(request.place),
        ),
        text("Причина: {reason}", reason=cut(request.reason, REASON_LIMIT)),
        _answer(request, zone),
    )
    if request.answer is not None or request.open_until is not None:
        return Screen(body)
    ids = {"request_id": request.request_id}
    row = (
        Button(label("Открыть на день"), AllowUnlock(**ids)),
        Button(label("Отказать"), RefuseUnlock(**ids)),
    )
    return Screen(body, (row,))


def _answer(request: RequestRow, zone: ZoneInfo) -> Markup | None:
    if request.open_until is not None:
        last_day = request.open_until.astimezone(zone).date()
        return text("🟢 Открыто {until}.", until=until_words(request.open_until, zone, last_day))
    if request.answer == REFUSED:
        return text("Отказано.")
    return text("🔒 Было открыто, сейчас снова закрыто.") if request.answer == UNLOCKED else None


def refused_screen(view: RefusedUnlock) -> Screen:
    body = lines(
        text("Завуч не стал открывать: {place}.", place=place_words(view.request.place)),
        text("Если это всё-таки нужно, поговорите с завучем."),
    )
    return Screen(body)


SCREENS: dict[str, Callable[..., Screen]] = {
    UNLOCKED_KIND: unlocked_screen,
    REQUEST_KIND: request_screen,
    UNLOCK_REFUSED_KIND: refused_screen,
}
"""The screen of each kind of services.notifications.unlocking.KINDS."""
