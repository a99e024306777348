"""The last router: it answers what nobody else did, so that no tap and no message meets silence."""

from __future__ import annotations

import logging

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, Update

from handlers.common.entering import greet
from handlers.refusals import note_refusal
from handlers.routing import STRANGERS_TOO
from handlers.screens import Screens
from handlers.texts.errors import stale_button_screen, unexpected_message_screen
from services.access.binding import BindingService
from services.actor import Account, Actor

router = Router(name="common.stale")


@router.callback_query()
async def stale_button(
    callback: CallbackQuery, event_update: Update, school_id: int | None, screens: Screens
) -> None:
    note_refusal(event_update, school_id, "unreadable_button", logging.WARNING)
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
