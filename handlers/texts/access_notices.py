"""Messages about who got in and who is trying to (U2)."""

from __future__ import annotations

from collections.abc import Callable

from handlers.callbacks import ReissueCode
from handlers.screen import Button, Screen
from handlers.texts.buttons import menu_button
from handlers.texts.cards import decision
from handlers.texts.compromise import access_closed_screen
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.words import full_name
from services.notifications import access_notices
from services.notifications.access_notices import AccessGranted, MisusedInvitation, WaitingBinding
from services.vocabulary import BindingState


def pending_screen(waiting: WaitingBinding) -> Screen:
    """Asks whether an account is the person's; later it says what was decided."""
    name = full_name(waiting)
    if waiting.state is BindingState.PENDING:
        body = lines(
            text("⏳ <b>{name}</b>: кто-то вошёл по коду и просит подтвердить, что это он(а).", name=name),
            text("Подтверждайте, только если человек сам вам об этом сказал."),
        )
        return Screen(body, (decision(waiting.binding_id),))
    if waiting.state is BindingState.ACTIVE:
        return Screen(text("🟢 {name}: вход подтверждён.", name=name))
    return Screen(text("{name}: вход отклонён.", name=name))


def misused_screen(misused: MisusedInvitation) -> Screen:
    """Somebody keeps failing with an invitation."""
    name = full_name(misused)
    body = lines(
        text("<b>{name}</b>: с этим приглашением не получается войти.", name=name),
        count("{n} неудачная попытка.", "{n} неудачных попыток.", misused.failures),
        text("Код больше не действует. Если это сам человек, выдайте новый.")
        if misused.closed
        else text("Если это не сам человек, выдайте новый код: старый перестанет действовать."),
    )
    return Screen(body, ((Button(label("Новый код"), ReissueCode(person_id=misused.person_id)),),))


def granted_screen(_: AccessGranted) -> Screen:
    """The school confirmed the account."""
    return Screen(
        text("Школа подтвердила, что это вы. Добро пожаловать!"),
        ((menu_button(),),),
    )


SCREENS: dict[str, Callable[..., Screen]] = {
    access_notices.INVITATION_MISUSED: misused_screen,
    access_notices.BINDING_PENDING: pending_screen,
    access_notices.ACCESS_GRANTED: granted_screen,
    access_notices.ACCESS_CLOSED: access_closed_screen,
}
"""The screen of each kind of services.notifications.access_notices.KINDS."""
