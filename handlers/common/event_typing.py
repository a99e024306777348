"""An event that is typed: a new one, or one in place of what stands in the calendar (C6)."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.events import AddEvent, ChangeEvent, ChooseEventPlace
from handlers.event_words import read_event
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.events import event_screen, places_screen, type_event_screen
from services.actor import Actor
from services.clock import Clock
from services.errors import Forbidden
from services.events import EventService

router = Router(name="common.event_typing")


class EventTyping(StatesGroup):
    """An event is awaited: a new one (the data holds its `place`), or in place of `event_id`."""

    new = State()
    changed = State()


@router.callback_query(ChooseEventPlace.filter())
async def choose_place(
    callback: CallbackQuery,
    actor: Actor,
    screens: Screens,
    events: EventService,
    clock: Clock,
    state: FSMContext,
) -> None:
    """Who has only one place is not asked."""
    await callback.answer()
    places = await events.places(actor=actor)
    if len(places) > 1:
        await screens.show(callback, places_screen(places))
        return
    await _await_new(state, places[0].group_id or 0)
    await screens.show(callback, type_event_screen(actor.day_of(clock.now())))


@router.callback_query(AddEvent.filter())
async def ask_for_event(
    callback: CallbackQuery,
    callback_data: AddEvent,
    actor: Actor,
    screens: Screens,
    clock: Clock,
    state: FSMContext,
) -> None:
    await callback.answer()
    await _await_new(state, callback_data.place)
    await screens.show(callback, type_event_screen(actor.day_of(clock.now())))


@router.message(StateFilter(EventTyping.new))
async def event_typed(
    message: Message,
    actor: Actor,
    screens: Screens,
    events: EventService,
    clock: Clock,
    state: FSMContext,
) -> None:
    draft = read_event(message.text or "", actor.day_of(clock.now()))
    async with answered(state) as data:
        card = await events.add(actor=actor, group_id=data["place"] or None, draft=draft)
    await screens.show(message, event_screen(card))


@router.callback_query(ChangeEvent.filter())
async def ask_for_change(
    callback: CallbackQuery,
    callback_data: ChangeEvent,
    actor: Actor,
    screens: Screens,
    events: EventService,
    clock: Clock,
    state: FSMContext,
) -> None:
    await callback.answer()
    card = await events.show(actor=actor, event_id=callback_data.event_id)
    if not card.may_edit:
        raise Forbidden
    await state.set_data({"event_id": card.event.event_id})
    await state.set_state(EventTyping.changed)
    await screens.show(callback, type_event_screen(actor.day_of(clock.now()), card.event))


@router.message(StateFilter(EventTyping.changed))
async def change_typed(
    message: Message,
    actor: Actor,
    screens: Screens,
    events: EventService,
    clock: Clock,
    state: FSMContext,
) -> None:
    draft = read_event(message.text or "", actor.day_of(clock.now()))
    async with answered(state) as data:
        card = await events.change(actor=actor, event_id=data["event_id"], draft=draft)
    await screens.show(message, event_screen(card))


async def _await_new(state: FSMContext, place: int) -> None:
    await state.set_data({"place": place})
    await state.set_state(EventTyping.new)
