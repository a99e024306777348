"""The notice that a parent can no longer be reached by the bot."""

from __future__ import annotations

from handlers.screen import Screen
from handlers.texts.i18n import lines, text
from services.notifications.blocked import BlockedGuardianView


def guardian_blocked_screen(view: BlockedGuardianView) -> Screen:
    pupils = ", ".join(f"{pupil.name}, {pupil.group}" for pupil in view.pupils)
    phone = text("Позвоните: {phone}", phone=view.phone) if view.phone else text("Телефона в карточке нет.")
    return Screen(
        lines(
            text("📵 {guardian} больше не получает сообщений: бот заблокирован.", guardian=view.guardian),
            text("Ученики: {pupils}", pupils=pupils),
            phone,
        )
    )
