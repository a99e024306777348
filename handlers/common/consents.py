"""The consent gate and «Мои согласия» (U3)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.consents import AskConsent, AskWithdrawal, GiveConsent, MyConsents, WithdrawConsent
from handlers.common.gate import let_in
from handlers.screens import Screens
from handlers.texts.consents import (
    consent_screen,
    given_toast,
    my_consents_screen,
    old_text_toast,
    withdrawal_screen,
    withdrawn_toast,
)
from services.access.consents import ConsentService, OldConsentText
from services.actor import Actor
from services.errors import NotFound
from services.home import HomeService

router = Router(name="common.consents")


@router.callback_query(AskConsent.filter())
async def ask_consent(
    callback: CallbackQuery,
    callback_data: AskConsent,
    actor: Actor,
    screens: Screens,
    consents: ConsentService,
) -> None:
    await callback.answer()
    requests = await consents.requests(actor=actor)
    wanted = next((r for r in requests if r.pupil_id == callback_data.pupil_id), None)
    if wanted is None:
        raise NotFound
    await screens.show(callback, consent_screen(wanted))


@router.callback_query(GiveConsent.filter())
async def give_consent(
    callback: CallbackQuery,
    callback_data: GiveConsent,
    actor: Actor,
    screens: Screens,
    consents: ConsentService,
    home: HomeService,
) -> None:
    try:
        actor = await consents.give(
            actor=actor, pupil_id=callback_data.pupil_id, version=callback_data.version
        )
    except OldConsentText:
        await callback.answer(old_text_toast())
    else:
        await callback.answer(given_toast())
    await let_in(callback, actor, screens, home, consents)


@router.callback_query(MyConsents.filter())
async def my_consents(
    callback: CallbackQuery, actor: Actor, screens: Screens, consents: ConsentService
) -> None:
    await callback.answer()
    await _show_mine(callback, actor, screens, consents)


@router.callback_query(AskWithdrawal.filter())
async def ask_withdrawal(callback: CallbackQuery, callback_data: AskWithdrawal, screens: Screens) -> None:
    await callback.answer()
    await screens.show(callback, withdrawal_screen(callback_data.pupil_id))


@router.callback_query(WithdrawConsent.filter())
async def withdraw_consent(
    callback: CallbackQuery,
    callback_data: WithdrawConsent,
    actor: Actor,
    screens: Screens,
    consents: ConsentService,
) -> None:
    actor = await consents.withdraw(actor=actor, pupil_id=callback_data.pupil_id)
    await callback.answer(withdrawn_toast())
    await _show_mine(callback, actor, screens, consents)


async def _show_mine(
    callback: CallbackQuery, actor: Actor, screens: Screens, consents: ConsentService
) -> None:
    given, missing = await consents.given(actor=actor), await consents.requests(actor=actor)
    await screens.show(callback, my_consents_screen(actor, given, missing))
