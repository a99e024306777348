"""The consent gate (U3), which stands before the menu."""

from __future__ import annotations

from aiogram.types import CallbackQuery, Message

from handlers.screens import Screens
from handlers.texts.consents import consent_screen
from handlers.texts.menu import home_screen
from services.access.consents import ConsentService
from services.actor import Actor
from services.home import HomeService


async def let_in(
    event: Message | CallbackQuery,
    actor: Actor,
    screens: Screens,
    home: HomeService,
    consents: ConsentService,
) -> None:
    """The next child's gate, where a consent is missing; else the menu."""
    requests = await consents.requests(actor=actor)
    if requests:
        await screens.show(event, consent_screen(requests[0]))
    else:
        await screens.show(event, home_screen(actor, await home.view(actor=actor)))
