"""«Доступ мог попасть к чужим», two taps away for everyone (U5)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.compromise import AskCloseAccess, CloseAccess, NoteDetection
from handlers.common.stranger import turn_away
from handlers.routing import STRANGERS_TOO
from handlers.screens import Screens
from handlers.texts.compromise import ask_close_screen, closed_screen, noted_screen
from services.access.binding import BindingService
from services.access.compromise import CompromiseService
from services.actor import Account, Actor
from services.errors import NotFound

router = Router(name="common.closing")


@router.callback_query(AskCloseAccess.filter())
async def ask_close(callback: CallbackQuery, screens: Screens) -> None:
    await callback.answer()
    await screens.show(callback, ask_close_screen())


@router.callback_query(CloseAccess.filter())
async def close_access(
    callback: CallbackQuery, actor: Actor, screens: Screens, compromises: CompromiseService
) -> None:
    await compromises.report(actor=actor, person_id=actor.person_id)
    await callback.answer()
    await screens.show(callback, closed_screen())


@router.callback_query(NoteDetection.filter(), flags=STRANGERS_TOO)
async def note_detection(
    callback: CallbackQuery,
    callback_data: NoteDetection,
    account: Account,
    screens: Screens,
    bindings: BindingService,
    compromises: CompromiseService,
) -> None:
    """The account is frozen by now; this one question is still answered."""
    try:
        await compromises.note_detection(account=account, noticed=callback_data.noticed)
    except NotFound:
        await turn_away(callback, account, screens, bindings)
    else:
        await callback.answer()
        await screens.show(callback, noted_screen())
