"""The register of substitutions and one of them; what was entered is taken back here."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.callbacks.substitutions import (
    RevokeSubstitution,
    ShowSpan,
    ShowSubstitution,
    ShowSubstitutions,
    SubstitutionsWorkbook,
)
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.substitutions import card_screen, register_document, register_screen, revoked_toast
from services.actor import Actor
from services.documents.papers import PaperService
from services.substitution_register import SubstitutionRegisterService
from services.substitutions import SubstitutionService

router = Router(name="deputy.substitutions")


@router.callback_query(ShowSubstitutions.filter())
async def show_register(
    callback: CallbackQuery,
    actor: Actor,
    screens: Screens,
    substitution_register: SubstitutionRegisterService,
    state: FSMContext,
) -> None:
    """Also the way out of entering: a surname is awaited no more."""
    await callback.answer()
    await state.set_state(None)
    await screens.show(callback, register_screen(await substitution_register.show(actor=actor), 0))


@router.callback_query(ShowSpan.filter())
async def show_span(
    callback: CallbackQuery,
    callback_data: ShowSpan,
    actor: Actor,
    screens: Screens,
    substitution_register: SubstitutionRegisterService,
) -> None:
    await callback.answer()
    register = await substitution_register.show(
        actor=actor, span=callback_data.span, day=day_of(callback_data.day)
    )
    await screens.show(callback, register_screen(register, callback_data.page))


@router.callback_query(SubstitutionsWorkbook.filter())
async def send_workbook(
    callback: CallbackQuery,
    callback_data: SubstitutionsWorkbook,
    actor: Actor,
    screens: Screens,
    substitution_register: SubstitutionRegisterService,
    papers: PaperService,
) -> None:
    await callback.answer()
    register = await substitution_register.show(
        actor=actor, span=callback_data.span, day=day_of(callback_data.day)
    )
    await screens.show(
        callback, await papers.make(actor, ("school", actor.school_id), register_document, register)
    )


@router.callback_query(ShowSubstitution.filter())
async def show_substitution(
    callback: CallbackQuery,
    callback_data: ShowSubstitution,
    actor: Actor,
    screens: Screens,
    substitution_register: SubstitutionRegisterService,
) -> None:
    await callback.answer()
    card = await substitution_register.card(actor=actor, substitution_id=callback_data.substitution_id)
    await screens.show(callback, card_screen(card, actor.zone))


@router.callback_query(RevokeSubstitution.filter())
async def revoke(
    callback: CallbackQuery,
    callback_data: RevokeSubstitution,
    actor: Actor,
    screens: Screens,
    substitutions: SubstitutionService,
    substitution_register: SubstitutionRegisterService,
) -> None:
    await substitutions.revoke(actor=actor, substitution_id=callback_data.substitution_id)
    await callback.answer(revoked_toast())
    card = await substitution_register.card(actor=actor, substitution_id=callback_data.substitution_id)
    await screens.show(callback, card_screen(card, actor.zone))
