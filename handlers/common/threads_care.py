"""Office hours of a colleague; guardians whose messages are not passed on (C1)."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.threads import (
    ChooseMute,
    LiftMute,
    MuteFor,
    ResetOfficeHours,
    ShowMutes,
    ShowOfficeHours,
    TypeOfficeHours,
)
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.thread_care import (
    ask_hours_screen,
    choose_mute_screen,
    lifted_screen,
    mute_reason_screen,
    mutes_screen,
    office_hours_screen,
)
from handlers.texts.threads import thread_screen
from services.actor import Actor
from services.threads.muting import MuteService
from services.threads.office_hours import OfficeHourService
from services.threads.reading import ThreadReaderService
from services.threads.writing import ThreadService

router = Router(name="common.threads_care")


class Caring(StatesGroup):
    hours = State()
    reason = State()
    """Of a mute; the data holds its thread and days."""


@router.callback_query(ShowOfficeHours.filter())
async def show_hours(
    callback: CallbackQuery, actor: Actor, screens: Screens, office_hours: OfficeHourService
) -> None:
    view = await office_hours.view(actor=actor)
    await callback.answer()
    await screens.show(callback, office_hours_screen(view))


@router.callback_query(TypeOfficeHours.filter())
async def ask_hours(
    callback: CallbackQuery,
    actor: Actor,
    screens: Screens,
    office_hours: OfficeHourService,
    state: FSMContext,
) -> None:
    await office_hours.view(actor=actor)
    await callback.answer()
    await state.set_state(Caring.hours)
    await screens.show(callback, ask_hours_screen())


@router.message(StateFilter(Caring.hours))
async def hours_typed(
    message: Message, actor: Actor, screens: Screens, office_hours: OfficeHourService, state: FSMContext
) -> None:
    async with answered(state):
        view = await office_hours.set(actor=actor, typed=message.text or "")
    await screens.show(message, office_hours_screen(view))


@router.callback_query(ResetOfficeHours.filter())
async def reset_hours(
    callback: CallbackQuery, actor: Actor, screens: Screens, office_hours: OfficeHourService
) -> None:
    view = await office_hours.reset(actor=actor)
    await callback.answer()
    await screens.show(callback, office_hours_screen(view))


@router.callback_query(ChooseMute.filter())
async def choose_mute(
    callback: CallbackQuery, callback_data: ChooseMute, actor: Actor, screens: Screens, threads: ThreadService
) -> None:
    view = await threads.view(actor=actor, thread_id=callback_data.thread_id)
    await callback.answer()
    await screens.show(callback, choose_mute_screen(view))


@router.callback_query(MuteFor.filter())
async def mute_for(
    callback: CallbackQuery,
    callback_data: MuteFor,
    actor: Actor,
    screens: Screens,
    threads: ThreadService,
    state: FSMContext,
) -> None:
    await threads.view(actor=actor, thread_id=callback_data.thread_id)
    await callback.answer()
    await state.set_data(callback_data.model_dump())
    await state.set_state(Caring.reason)
    await screens.show(callback, mute_reason_screen(callback_data.thread_id, callback_data.days))


@router.message(StateFilter(Caring.reason))
async def reason_typed(
    message: Message,
    actor: Actor,
    screens: Screens,
    mutes: MuteService,
    thread_reader: ThreadReaderService,
    state: FSMContext,
) -> None:
    async with answered(state) as step:
        await mutes.mute(
            actor=actor, thread_id=step["thread_id"], days=step["days"], reason=message.text or ""
        )
    page = await thread_reader.open(actor=actor, thread_id=step["thread_id"])
    await screens.show(message, thread_screen(page, actor.zone))


@router.callback_query(LiftMute.filter())
async def lift(
    callback: CallbackQuery, callback_data: LiftMute, actor: Actor, screens: Screens, mutes: MuteService
) -> None:
    mute = await mutes.lift(actor=actor, mute_id=callback_data.mute_id)
    await callback.answer()
    await screens.show(callback, lifted_screen(mute))


@router.callback_query(ShowMutes.filter())
async def show_mutes(callback: CallbackQuery, actor: Actor, screens: Screens, mutes: MuteService) -> None:
    found = await mutes.mutes(actor=actor)
    await callback.answer()
    await screens.show(callback, mutes_screen(found, actor.zone))
