"""The monthly check of a class's cards, and requests to change them (S7, U12)."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.cards import (
    ApproveCardChange,
    AskFamilies,
    CheckCard,
    DeclineCardChange,
    ShowCardChange,
    ShowCardChanges,
    ShowCardChecks,
    ShowSchoolCards,
)
from handlers.common.cards import card_of
from handlers.screen import Screen
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.card_changes import approved_toast, change_screen, changes_screen, type_reason_screen
from handlers.texts.personal_cards import asked_families_toast, checked_toast, checks_screen
from handlers.texts.school_cards import school_cards_screen
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.card_changes import CardChangeService
from services.cards import CardService, ChangeRow
from services.clock import Clock

router = Router(name="class_teacher.cards")


class DeclineReason(StatesGroup):
    """Why a request is declined is awaited; the data holds the request."""

    typed = State()


@router.callback_query(ShowCardChecks.filter())
async def show_checks(
    callback: CallbackQuery,
    callback_data: ShowCardChecks,
    actor: Actor,
    screens: Screens,
    cards: CardService,
) -> None:
    await callback.answer()
    view = await cards.of_group(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, checks_screen(view, callback_data.page))


@router.callback_query(ShowSchoolCards.filter())
async def show_school(
    callback: CallbackQuery,
    callback_data: ShowSchoolCards,
    actor: Actor,
    screens: Screens,
    cards: CardService,
) -> None:
    await callback.answer()
    view = await cards.of_school(actor=actor)
    await screens.show(callback, school_cards_screen(view, callback_data.page))


@router.callback_query(CheckCard.filter())
async def check(
    callback: CallbackQuery,
    callback_data: CheckCard,
    actor: Actor,
    screens: Screens,
    cards: CardService,
    clock: Clock,
) -> None:
    """The next card follows; after the last one, the card itself."""
    following = await cards.check(actor=actor, pupil_id=callback_data.pupil_id)
    await callback.answer(checked_toast())
    await screens.show(callback, await card_of(following or callback_data.pupil_id, actor, cards, clock))


@router.callback_query(AskFamilies.filter())
async def ask_families(
    callback: CallbackQuery,
    callback_data: AskFamilies,
    actor: Actor,
    cards: CardService,
) -> None:
    families = await cards.ask_families(actor=actor, group_id=callback_data.group_id)
    await callback.answer(asked_families_toast(families), show_alert=True)


@router.callback_query(ShowCardChanges.filter())
async def show_changes(
    callback: CallbackQuery,
    callback_data: ShowCardChanges,
    actor: Actor,
    screens: Screens,
    card_changes: CardChangeService,
) -> None:
    await callback.answer()
    waiting = await card_changes.waiting(actor=actor)
    whole_school = may(actor, Permission.DECIDE_CARD_CHANGE, SchoolSubject(actor.school_id))
    await screens.show(callback, changes_screen(waiting, callback_data.page, whole_school=whole_school))


@router.callback_query(ShowCardChange.filter())
async def show_change(
    callback: CallbackQuery,
    callback_data: ShowCardChange,
    actor: Actor,
    screens: Screens,
    card_changes: CardChangeService,
    clock: Clock,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    change, may_decide = await card_changes.show(actor=actor, change_id=callback_data.change_id)
    await screens.show(callback, _screen(change, actor, clock, may_decide=may_decide))


@router.callback_query(ApproveCardChange.filter())
async def approve(
    callback: CallbackQuery,
    callback_data: ApproveCardChange,
    actor: Actor,
    screens: Screens,
    card_changes: CardChangeService,
    clock: Clock,
) -> None:
    change = await card_changes.approve(
        actor=actor, change_id=callback_data.change_id, version=callback_data.version
    )
    await callback.answer(approved_toast())
    await screens.show(callback, _screen(change, actor, clock, may_decide=False))


@router.callback_query(DeclineCardChange.filter())
async def ask_why(
    callback: CallbackQuery,
    callback_data: DeclineCardChange,
    actor: Actor,
    screens: Screens,
    card_changes: CardChangeService,
    state: FSMContext,
) -> None:
    await callback.answer()
    change, _ = await card_changes.show(actor=actor, change_id=callback_data.change_id)
    await state.set_data({"change_id": change.change_id})
    await state.set_state(DeclineReason.typed)
    await screens.show(callback, type_reason_screen(change))


@router.message(StateFilter(DeclineReason.typed))
async def reason_typed(
    message: Message,
    actor: Actor,
    screens: Screens,
    card_changes: CardChangeService,
    clock: Clock,
    state: FSMContext,
) -> None:
    async with answered(state) as data:
        change = await card_changes.decline(
            actor=actor, change_id=data["change_id"], typed=message.text or ""
        )
    await screens.show(message, _screen(change, actor, clock, may_decide=False))


def _screen(change: ChangeRow, actor: Actor, clock: Clock, *, may_decide: bool) -> Screen:
    return change_screen(change, may_decide=may_decide, zone=actor.zone, today=actor.day_of(clock.now()))
