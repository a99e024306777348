"""«Попросить открыть»: a teacher asks, a deputy answers in the message itself (J5)."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.changes import AllowUnlock, AskToUnlock, RefuseUnlock
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.unlock_messages import answered_screen, asked_screen, why_ask_screen
from handlers.texts.unlocking import carries
from services.actor import Actor
from services.unlocking import Target, UnlockService

router = Router(name="teacher.unlock_requests")


class Typing(StatesGroup):
    """Why it is to be opened is awaited; the data holds what."""

    why = State()


@router.callback_query(AskToUnlock.filter())
async def ask_why(
    callback: CallbackQuery,
    callback_data: AskToUnlock,
    actor: Actor,
    screens: Screens,
    unlocking: UnlockService,
    state: FSMContext,
) -> None:
    await callback.answer()
    target = Target(**callback_data.model_dump())
    place = await unlocking.own_locked(actor=actor, target=target)
    await state.set_data({"target": carries(target)})
    await state.set_state(Typing.why)
    await screens.show(callback, why_ask_screen(place))


@router.message(StateFilter(Typing.why))
async def why_typed(
    message: Message, actor: Actor, screens: Screens, unlocking: UnlockService, state: FSMContext
) -> None:
    async with answered(state) as step:
        target = Target(**step["target"])
        place = await unlocking.ask(actor=actor, target=target, reason=message.text or "")
    await screens.show(message, asked_screen(place))


@router.callback_query(AllowUnlock.filter())
async def allow(
    callback: CallbackQuery,
    callback_data: AllowUnlock,
    actor: Actor,
    screens: Screens,
    unlocking: UnlockService,
) -> None:
    await callback.answer()
    request = await unlocking.allow(actor=actor, request_id=callback_data.request_id)
    await screens.show(callback, answered_screen(request, actor.zone))


@router.callback_query(RefuseUnlock.filter())
async def refuse(
    callback: CallbackQuery,
    callback_data: RefuseUnlock,
    actor: Actor,
    screens: Screens,
    unlocking: UnlockService,
) -> None:
    await callback.answer()
    request = await unlocking.refuse(actor=actor, request_id=callback_data.request_id)
    await screens.show(callback, answered_screen(request, actor.zone))
