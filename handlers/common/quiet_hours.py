"""One's own quiet hours, chosen or typed."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.notice_settings import Part, SetQuietHours, TypeQuietHours
from handlers.common.notice_settings import show_done, time_of
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.notice_settings import notice_settings_screen, type_quiet_screen
from handlers.texts.notice_words import part_line
from services.actor import Actor
from services.notice_settings import NoticeSettingsService, quiet_hours

router = Router(name="common.quiet_hours")


class QuietHoursStep(StatesGroup):
    typing = State()


@router.callback_query(SetQuietHours.filter())
async def set_quiet_hours(
    callback: CallbackQuery,
    callback_data: SetQuietHours,
    actor: Actor,
    screens: Screens,
    notice_settings: NoticeSettingsService,
) -> None:
    since, until = time_of(callback_data.since), time_of(callback_data.until)
    hours = (since, until) if since and until else None
    settings = await notice_settings.set_quiet_hours(actor=actor, hours=hours)
    await show_done(callback, screens, settings, part_line(Part.QUIET, settings))


@router.callback_query(TypeQuietHours.filter())
async def ask_quiet_hours(callback: CallbackQuery, actor: Actor, state: FSMContext, screens: Screens) -> None:
    await callback.answer()
    await state.set_state(QuietHoursStep.typing)
    await screens.show(callback, type_quiet_screen())


@router.message(StateFilter(QuietHoursStep.typing))
async def take_quiet_hours(
    message: Message,
    actor: Actor,
    state: FSMContext,
    screens: Screens,
    notice_settings: NoticeSettingsService,
) -> None:
    async with answered(state):
        hours = quiet_hours(message.text or "")
        settings = await notice_settings.set_quiet_hours(actor=actor, hours=hours)
    await screens.show(message, notice_settings_screen(settings, part_line(Part.QUIET, settings)))
