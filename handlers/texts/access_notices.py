"""Messages about who got in and who is trying to (U2)."""

from __future__ import annotations

from collections.abc import Callable

from handlers.callbacks.families import ReissueCode, ShowMisused, ShowWaiting
from handlers.screen import Button, Screen
from handlers.texts.buttons import menu_button
from handlers.texts.cards import decision
from handlers.texts.compromise import access_closed_screen
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.words import full_name, hint
from services.notifications import access_notices
from services.notifications.access_notices import (
    AccessGranted,
    BindingPending,
    InvitationMisused,
    MisusedInvitation,
    WaitingBinding,
)
from services.settings import PersonalData
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


def pending_notice(notice: BindingPending) -> Screen:
    """The same as a message. Nobody decides by less than a name: «Показать» says it and asks."""
    waiting = notice.waiting
    if notice.personal_data is PersonalData.FULL:
        return pending_screen(waiting)
    who = hint(waiting, notice.personal_data)
    if waiting.state is not BindingState.PENDING:
        active = waiting.state is BindingState.ACTIVE
        said = text("🟢 Вход подтверждён.") if active else text("Вход отклонён.")
        return Screen(lines(who, said))
    asked = text("⏳ Кто-то вошёл по коду и просит подтвердить, что это он(а).")
    show = ShowWaiting(binding_id=waiting.binding_id)
    return Screen(lines(who, asked), ((Button(label("Показать"), show),),))


def misused_notice(notice: InvitationMisused) -> Screen:
    """The same as a message."""
    misused = notice.misused
    if notice.personal_data is PersonalData.FULL:
        return misused_screen(misused)
    said = lines(
        hint(misused, notice.personal_data),
        text("По одному из приглашений не получается войти."),
        count("{n} неудачная попытка.", "{n} неудачных попыток.", misused.failures),
    )
    show = ShowMisused(invitation_id=misused.invitation_id)
    return Screen(said, ((Button(label("Показать"), show),),))


def granted_screen(_: AccessGranted) -> Screen:
    """The school confirmed the account."""
    return Screen(
        text("Школа подтвердила, что это вы. Добро пожаловать!"),
        ((menu_button(),),),
    )


SCREENS: dict[str, Callable[..., Screen]] = {
    access_notices.INVITATION_MISUSED: misused_notice,
    access_notices.BINDING_PENDING: pending_notice,
    access_notices.ACCESS_GRANTED: granted_screen,
    access_notices.ACCESS_CLOSED: access_closed_screen,
}
"""The screen of each kind of services.notifications.access_notices.KINDS."""
