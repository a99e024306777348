"""The calendar: everybody reads it; reminders and cancelling (C6)."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.callbacks.events import (
    AskCancelEvent,
    CancelEvent,
    SetEventReminder,
    ShowEvent,
    ShowEvents,
)
from handlers.screens import Screens
from handlers.texts.events import (
    ask_cancel_screen,
    calendar_screen,
    cancelled_toast,
    event_screen,
    saved_toast,
)
from services.actor import Actor
from services.events import EventService

router = Router(name="common.events")


@router.callback_query(ShowEvents.filter())
async def show_events(
    callback: CallbackQuery,
    callback_data: ShowEvents,
    actor: Actor,
    screens: Screens,
    events: EventService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    await screens.show(callback, calendar_screen(await events.calendar(actor=actor), callback_data.page))


@router.callback_query(ShowEvent.filter())
async def show_event(
    callback: CallbackQuery,
    callback_data: ShowEvent,
    actor: Actor,
    screens: Screens,
    events: EventService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    await screens.show(
        callback, event_screen(await events.show(actor=actor, event_id=callback_data.event_id))
    )


@router.callback_query(SetEventReminder.filter())
async def set_reminder(
    callback: CallbackQuery,
    callback_data: SetEventReminder,
    actor: Actor,
    screens: Screens,
    events: EventService,
) -> None:
    card = await events.remind(actor=actor, event_id=callback_data.event_id, days=callback_data.days or None)
    await callback.answer(saved_toast())
    await screens.show(callback, event_screen(card))


@router.callback_query(AskCancelEvent.filter())
async def ask_cancel(
    callback: CallbackQuery,
    callback_data: AskCancelEvent,
    actor: Actor,
    screens: Screens,
    events: EventService,
) -> None:
    await callback.answer()
    card = await events.show(actor=actor, event_id=callback_data.event_id)
    await screens.show(callback, ask_cancel_screen(card.event) if card.may_edit else event_screen(card))


@router.callback_query(CancelEvent.filter())
async def cancel(
    callback: CallbackQuery,
    callback_data: CancelEvent,
    actor: Actor,
    screens: Screens,
    events: EventService,
) -> None:
    card = await events.cancel(actor=actor, event_id=callback_data.event_id)
    await callback.answer(cancelled_toast())
    await screens.show(callback, event_screen(card))
