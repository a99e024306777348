"""Opening what is locked: the reason, the term; and closing it again (J5)."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.changes import AskUnlockReason, LockAgain, Unlock
from handlers.screens import Screens
from handlers.texts.unlocking import (
    carries,
    locked_again_words,
    open_now_screen,
    reason_screen,
    term_screen,
    unlocked_words,
)
from services.actor import Actor
from services.clock import Clock
from services.typed import typed_line
from services.unlocking import Target, UnlockService

router = Router(name="deputy.unlocking")


class UnlockStep(StatesGroup):
    """The reason is awaited, or waits for its term; the data holds it and what is to be opened."""

    reason = State()


@router.callback_query(AskUnlockReason.filter())
async def ask_reason(
    callback: CallbackQuery,
    callback_data: AskUnlockReason,
    actor: Actor,
    screens: Screens,
    unlocking: UnlockService,
    state: FSMContext,
) -> None:
    await callback.answer()
    target = Target(**callback_data.model_dump())
    await _await_reason(callback, target, actor, screens, unlocking, state)


@router.message(StateFilter(UnlockStep.reason))
async def reason_typed(
    message: Message, actor: Actor, screens: Screens, unlocking: UnlockService, state: FSMContext
) -> None:
    """The reason waits for its term; another message is another reason."""
    step = await state.get_data()
    reason = typed_line(message.text or "")
    place = await unlocking.locked(actor=actor, target=Target(**step["target"]))
    await state.update_data(reason=reason)
    await screens.show(message, term_screen(place, reason))


@router.callback_query(Unlock.filter())
async def unlock(
    callback: CallbackQuery,
    callback_data: Unlock,
    actor: Actor,
    screens: Screens,
    unlocking: UnlockService,
    clock: Clock,
    state: FSMContext,
) -> None:
    """Without a reason, as from an old message, it is asked for first."""
    await callback.answer()
    target = Target(**callback_data.model_dump(exclude={"term"}))
    step = await state.get_data()
    if step.get("target") != carries(target) or "reason" not in step:
        await _await_reason(callback, target, actor, screens, unlocking, state)
        return
    done = await unlocking.unlock(actor=actor, target=target, term=callback_data.term, reason=step["reason"])
    await state.clear()
    today = actor.day_of(clock.now())
    said = unlocked_words(done, actor.zone, today)
    view = await unlocking.open_now(actor=actor)
    await screens.show(callback, open_now_screen(view, actor.zone, today, said))


@router.callback_query(LockAgain.filter())
async def lock_again(
    callback: CallbackQuery,
    callback_data: LockAgain,
    actor: Actor,
    screens: Screens,
    unlocking: UnlockService,
    clock: Clock,
) -> None:
    await callback.answer()
    closed = await unlocking.lock_again(actor=actor, unlock_id=callback_data.unlock_id)
    view = await unlocking.open_now(actor=actor)
    today = actor.day_of(clock.now())
    await screens.show(callback, open_now_screen(view, actor.zone, today, locked_again_words(closed)))


async def _await_reason(
    callback: CallbackQuery,
    target: Target,
    actor: Actor,
    screens: Screens,
    unlocking: UnlockService,
    state: FSMContext,
) -> None:
    place = await unlocking.locked(actor=actor, target=target)
    await state.set_data({"target": carries(target)})
    await state.set_state(UnlockStep.reason)
    await screens.show(callback, reason_screen(place))
