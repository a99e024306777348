"""Accounts that are not let in: not yet, not now, or no longer."""

from __future__ import annotations

from aiogram.types import CallbackQuery, Message

from handlers.screens import Screens
from handlers.texts.entering import stranger_screen
from services.access.binding import BindingService
from services.actor import Account


async def turn_away(
    event: Message | CallbackQuery, account: Account, screens: Screens, bindings: BindingService
) -> None:
    """One clear answer to whatever a stranger sent or pressed: why, and what to do."""
    state = await bindings.state_of(account=account)
    if isinstance(event, CallbackQuery):
        await event.answer()
    await screens.send(account.chat_id, stranger_screen(state))
