"""A pupil's personal card, for the family and for those who keep it (S7, U12)."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.cards import ChooseCardField, ConfirmCard, ShowCard, TypeCardField
from handlers.screen import Screen
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.card_changes import asked_screen, fields_screen, type_field_screen
from handlers.texts.personal_cards import card_screen, confirmed_toast
from services.actor import Actor
from services.card_changes import CardChangeService
from services.cards import CardService, member_of
from services.clock import Clock
from services.vocabulary import CardField

router = Router(name="common.cards")


class CardValue(StatesGroup):
    """A new value is awaited; the data holds the pupil, the person and the field."""

    typed = State()


@router.callback_query(ShowCard.filter())
async def show_card(
    callback: CallbackQuery,
    callback_data: ShowCard,
    actor: Actor,
    screens: Screens,
    cards: CardService,
    clock: Clock,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    await screens.show(callback, await card_of(callback_data.pupil_id, actor, cards, clock))


@router.callback_query(ConfirmCard.filter())
async def confirm(
    callback: CallbackQuery,
    callback_data: ConfirmCard,
    actor: Actor,
    screens: Screens,
    cards: CardService,
    clock: Clock,
) -> None:
    await cards.confirm(actor=actor, pupil_id=callback_data.pupil_id)
    await callback.answer(confirmed_toast())
    await screens.show(callback, await card_of(callback_data.pupil_id, actor, cards, clock))


@router.callback_query(ChooseCardField.filter())
async def choose_field(
    callback: CallbackQuery,
    callback_data: ChooseCardField,
    actor: Actor,
    screens: Screens,
    cards: CardService,
) -> None:
    await callback.answer()
    card = await cards.card(actor=actor, pupil_id=callback_data.pupil_id)
    await screens.show(callback, fields_screen(card, member_of(card, callback_data.person_id)))


@router.callback_query(TypeCardField.filter())
async def ask_for_value(
    callback: CallbackQuery,
    callback_data: TypeCardField,
    actor: Actor,
    screens: Screens,
    cards: CardService,
    state: FSMContext,
) -> None:
    await callback.answer()
    card = await cards.card(actor=actor, pupil_id=callback_data.pupil_id)
    member = member_of(card, callback_data.person_id)
    await state.set_data(callback_data.model_dump(mode="json"))
    await state.set_state(CardValue.typed)
    await screens.show(callback, type_field_screen(card, member, callback_data.field))


@router.message(StateFilter(CardValue.typed))
async def value_typed(
    message: Message,
    actor: Actor,
    screens: Screens,
    card_changes: CardChangeService,
    state: FSMContext,
) -> None:
    async with answered(state) as data:
        change = await card_changes.ask(
            actor=actor,
            pupil_id=data["pupil_id"],
            person_id=data["person_id"],
            field=CardField(data["field"]),
            typed=message.text or "",
        )
    await screens.show(message, asked_screen(change))


async def card_of(pupil_id: int, actor: Actor, cards: CardService, clock: Clock) -> Screen:
    """The card as the actor sees it now."""
    card = await cards.card(actor=actor, pupil_id=pupil_id)
    return card_screen(card, actor.zone, actor.day_of(clock.now()))
