"""Another text of a broadcast that was sent, and taking it back from the chats."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.broadcasts import AskWithdrawBroadcast, TypeChange, WithdrawBroadcast
from handlers.class_teacher.broadcast_steps import Composing, Step, await_next, step_in
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.broadcast_draft import no_broadcast_here_screen
from handlers.texts.broadcast_sent import (
    ask_withdraw_screen,
    sent_screen,
    type_change_screen,
    withdrawn_toast,
)
from services.actor import Actor
from services.broadcasts.changing import ChangeService
from services.broadcasts.composing import ComposeService
from services.clock import Clock

router = Router(name="class_teacher.broadcast_changes")


@router.callback_query(TypeChange.filter())
async def ask_for_text(
    callback: CallbackQuery,
    callback_data: TypeChange,
    actor: Actor,
    screens: Screens,
    broadcast_drafts: ComposeService,
    state: FSMContext,
) -> None:
    await callback.answer()
    form = await broadcast_drafts.form(actor=actor, broadcast_id=callback_data.broadcast_id)
    await await_next(state, Composing.change, Step(broadcast_id=form.draft.broadcast_id))
    await screens.show(callback, type_change_screen(form.draft))


@router.message(StateFilter(Composing.change))
async def text_typed(
    message: Message,
    actor: Actor,
    screens: Screens,
    broadcast_changes: ChangeService,
    clock: Clock,
    state: FSMContext,
) -> None:
    step = await step_in(state)
    if step is None or not message.text:
        await screens.show(message, no_broadcast_here_screen(None))
        return
    async with answered(state):
        changed = await broadcast_changes.edit_text(
            actor=actor, broadcast_id=step.broadcast_id, text=message.text
        )
    await screens.show(message, sent_screen(changed, clock.now(), actor.zone))


@router.callback_query(AskWithdrawBroadcast.filter())
async def ask_withdraw(
    callback: CallbackQuery, callback_data: AskWithdrawBroadcast, screens: Screens
) -> None:
    await callback.answer()
    await screens.show(callback, ask_withdraw_screen(callback_data.broadcast_id))


@router.callback_query(WithdrawBroadcast.filter())
async def withdraw(
    callback: CallbackQuery,
    callback_data: WithdrawBroadcast,
    actor: Actor,
    screens: Screens,
    broadcast_changes: ChangeService,
    clock: Clock,
) -> None:
    withdrawn = await broadcast_changes.withdraw(actor=actor, broadcast_id=callback_data.broadcast_id)
    await callback.answer(withdrawn_toast())
    await screens.show(callback, sent_screen(withdrawn, clock.now(), actor.zone))
