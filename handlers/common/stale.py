"""The last router: it answers what nobody else did, so that no tap and no message meets silence."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.common.entering import greet
from handlers.routing import STRANGERS_TOO
from handlers.screen import Screens
from handlers.texts.errors import stale_button_screen, unexpected_message_screen
from services.access.binding import BindingService
from services.actor import Account, Actor

router = Router(name="common.stale")


@router.callback_query()
async def stale_button(callback: CallbackQuery, screens: Screens) -> None:
    await callback.answer()
    await screens.show(callback, stale_button_screen())


@router.message(flags=STRANGERS_TOO)
async def unexpected_message(
    message: Message,
    account: Account,
    actor: Actor | None,
    state: FSMContext,
    screens: Screens,
    bindings: BindingService,
) -> None:
    if actor is None:
        await greet(message, account, state, screens, bindings)
    else:
        await screens.show(message, unexpected_message_screen())
