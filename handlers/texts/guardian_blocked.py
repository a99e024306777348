"""The notice that a parent can no longer be reached by the bot."""

from __future__ import annotations

from handlers.callbacks.families import ShowFamily
from handlers.screen import Button, Screen
from handlers.texts.absence_words import phone_number
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import initials
from services.notifications.blocked import BlockedGuardianView
from services.settings import PersonalData


def guardian_blocked_screen(view: BlockedGuardianView) -> Screen:
    """Whom to call, as far as the school lets messages say it; «Показать» says the rest."""
    if view.personal_data is PersonalData.FULL:
        return Screen(_in_full(view))
    pupils = ", ".join(
        f"{initials(pupil.last_name, pupil.first_name)}, {pupil.group}" for pupil in view.pupils
    )
    body = lines(
        text("📵 Родитель больше не получает сообщений: бот заблокирован."),
        text("Ученики: {pupils}", pupils=pupils) if view.personal_data is PersonalData.INITIALS else None,
    )
    show = ShowFamily(pupil_id=view.pupils[0].pupil_id)
    return Screen(body, ((Button(label("Показать"), show),),))


def _in_full(view: BlockedGuardianView) -> str:
    pupils = ", ".join(f"{pupil.last_name} {pupil.first_name}, {pupil.group}" for pupil in view.pupils)
    return lines(
        text("📵 {guardian} больше не получает сообщений: бот заблокирован.", guardian=view.guardian),
        text("Ученики: {pupils}", pupils=pupils),
        text("Позвоните: {phone}", phone=phone_number(view.phone))
        if view.phone
        else text("Телефона в карточке нет."),
    )
