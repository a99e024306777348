"""To whom a message could not be sent (O2)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.unsent import ShowUnsent
from handlers.screens import Screens
from handlers.texts.unsent import unsent_screen
from services.actor import Actor
from services.attention import UnsentService
from services.clock import Clock

router = Router(name="admin.unsent")


@router.callback_query(ShowUnsent.filter())
async def show_unsent(
    callback: CallbackQuery,
    callback_data: ShowUnsent,
    actor: Actor,
    screens: Screens,
    unsent: UnsentService,
    clock: Clock,
) -> None:
    await callback.answer()
    found = await unsent.newest(actor=actor)
    await screens.show(
        callback, unsent_screen(found, actor.zone, actor.day_of(clock.now()), callback_data.page)
    )
