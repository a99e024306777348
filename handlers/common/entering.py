"""Getting in: the code, the second check, the first consent (U2, U3)."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.entering import AskConfirmation, EnterCode
from handlers.common.gate import let_in
from handlers.common.stranger import turn_away
from handlers.routing import STRANGERS_TOO
from handlers.screens import Screens
from handlers.texts.entering import (
    ask_code_screen,
    challenge_screen,
    need_text_screen,
    refusal_screen,
    waiting_screen,
)
from services.access.binding import BindingService
from services.access.codes import normalised
from services.access.consents import ConsentService
from services.access.door import AlreadyConnected, EntryRefused, TooManyAttempts
from services.actor import Account
from services.home import HomeService

REFUSALS = (EntryRefused, TooManyAttempts, AlreadyConnected)


class Entering(StatesGroup):
    code = State()
    second_check = State()
    """Data: `invitation_id`."""


router = Router(name="common.entering")


async def try_code(
    typed: str, account: Account, state: FSMContext, screens: Screens, bindings: BindingService
) -> None:
    """The first check of a code that came by link, picture or hand."""
    try:
        challenge = await bindings.present_code(account=account, typed=typed)
    except REFUSALS as refusal:
        await state.clear()
        await screens.send(account.chat_id, refusal_screen(refusal))
        return
    # The data first: broken off in between, no second check stands without its invitation.
    await state.set_data({"invitation_id": challenge.invitation_id})
    await state.set_state(Entering.second_check)
    await screens.send(account.chat_id, challenge_screen(challenge))


@router.callback_query(EnterCode.filter(), flags=STRANGERS_TOO)
async def ask_code(callback: CallbackQuery, state: FSMContext, screens: Screens) -> None:
    await callback.answer()
    await state.set_state(Entering.code)
    await screens.show(callback, ask_code_screen())


async def greet(
    message: Message, account: Account, state: FSMContext, screens: Screens, bindings: BindingService
) -> None:
    """A stranger's first words: a code if they look like one."""
    if message.text and normalised(message.text):
        await try_code(message.text, account, state, screens, bindings)
    else:
        await turn_away(message, account, screens, bindings)


@router.message(StateFilter(Entering.code), flags=STRANGERS_TOO)
async def take_code(
    message: Message, account: Account, state: FSMContext, screens: Screens, bindings: BindingService
) -> None:
    if message.text is None:
        await screens.show(message, need_text_screen())
    else:
        await try_code(message.text, account, state, screens, bindings)


@router.message(StateFilter(Entering.second_check), flags=STRANGERS_TOO)
async def take_digits(
    message: Message,
    account: Account,
    state: FSMContext,
    screens: Screens,
    bindings: BindingService,
    home: HomeService,
    consents: ConsentService,
) -> None:
    if message.text is None:
        await screens.show(message, need_text_screen())
        return
    code = normalised(message.text)
    if code is not None and not code.isdecimal():  # another invitation instead of digits
        await try_code(code, account, state, screens, bindings)
        return
    invitation_id = (await state.get_data())["invitation_id"]
    try:
        actor = await bindings.prove_by_phone(
            account=account, invitation_id=invitation_id, typed=message.text
        )
    except REFUSALS as refusal:
        await screens.show(message, refusal_screen(refusal))
        return
    await state.clear()
    await let_in(message, actor, screens, home, consents)


@router.callback_query(AskConfirmation.filter(), flags=STRANGERS_TOO)
async def ask_confirmation(
    callback: CallbackQuery, account: Account, state: FSMContext, screens: Screens, bindings: BindingService
) -> None:
    invitation_id = (await state.get_data()).get("invitation_id")
    if invitation_id is None:  # the button outlived its code
        await ask_code(callback, state, screens)
        return
    await callback.answer()
    await state.clear()
    try:
        await bindings.ask_confirmation(account=account, invitation_id=invitation_id)
    except REFUSALS as refusal:
        await screens.show(callback, refusal_screen(refusal))
    else:
        await screens.show(callback, waiting_screen())
