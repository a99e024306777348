"""«Настройки сообщений»: everybody sets their own."""

from __future__ import annotations

from datetime import time

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.callbacks.notice_settings import (
    OF_SCHOOL,
    ChooseMode,
    ChooseNotices,
    Part,
    ResetDigest,
    SetDigestDay,
    SetDigestTime,
    SetEvening,
    SetLanguage,
    SetMode,
    SetPersonalData,
    ShowNoticeSettings,
)
from handlers.screens import Screens
from handlers.texts.i18n import languages, speaking
from handlers.texts.notice_settings import (
    mode_screen,
    notice_settings_screen,
    part_screen,
)
from handlers.texts.notice_words import part_line, topic_line
from services.actor import Actor
from services.errors import NotFound
from services.notice_settings import NoticeSettings, NoticeSettingsService

router = Router(name="common.notice_settings")


@router.callback_query(ShowNoticeSettings.filter())
async def show(
    callback: CallbackQuery,
    actor: Actor,
    state: FSMContext,
    screens: Screens,
    notice_settings: NoticeSettingsService,
) -> None:
    await callback.answer()
    await state.clear()
    await screens.show(callback, notice_settings_screen(await notice_settings.view(actor=actor)))


@router.callback_query(ChooseMode.filter())
async def choose_mode(
    callback: CallbackQuery,
    callback_data: ChooseMode,
    actor: Actor,
    screens: Screens,
    notice_settings: NoticeSettingsService,
) -> None:
    await callback.answer()
    settings = await notice_settings.view(actor=actor)
    if callback_data.topic not in settings.topics:
        raise NotFound
    await screens.show(callback, mode_screen(settings, callback_data.topic))


@router.callback_query(SetMode.filter())
async def set_mode(
    callback: CallbackQuery,
    callback_data: SetMode,
    actor: Actor,
    screens: Screens,
    notice_settings: NoticeSettingsService,
) -> None:
    topic = callback_data.topic
    settings = await notice_settings.set_mode(actor=actor, topic=topic, mode=callback_data.mode)
    await show_done(callback, screens, settings, topic_line(topic, settings))


@router.callback_query(ChooseNotices.filter())
async def choose_part(
    callback: CallbackQuery,
    callback_data: ChooseNotices,
    actor: Actor,
    state: FSMContext,
    screens: Screens,
    notice_settings: NoticeSettingsService,
) -> None:
    await callback.answer()
    await state.clear()
    await screens.show(callback, part_screen(await notice_settings.view(actor=actor), callback_data.part))


@router.callback_query(SetEvening.filter())
async def set_evening(
    callback: CallbackQuery,
    callback_data: SetEvening,
    actor: Actor,
    screens: Screens,
    notice_settings: NoticeSettingsService,
) -> None:
    settings = await notice_settings.set_evening(actor=actor, at=time_of(callback_data.minute))
    await show_done(callback, screens, settings, part_line(Part.EVENING, settings))


@router.callback_query(SetDigestDay.filter())
@router.callback_query(SetDigestTime.filter())
@router.callback_query(ResetDigest.filter())
async def set_digest(
    callback: CallbackQuery,
    callback_data: SetDigestDay | SetDigestTime | ResetDigest,
    actor: Actor,
    screens: Screens,
    notice_settings: NoticeSettingsService,
) -> None:
    match callback_data:
        case SetDigestDay(weekday=weekday):
            settings = await notice_settings.set_digest(actor=actor, weekday=weekday)
        case SetDigestTime(minute=minute):
            settings = await notice_settings.set_digest(actor=actor, at=time_of(minute))
        case ResetDigest():
            settings = await notice_settings.reset_digest(actor=actor)
    await show_done(callback, screens, settings, part_line(Part.DIGEST, settings))


@router.callback_query(SetPersonalData.filter())
async def set_personal_data(
    callback: CallbackQuery,
    callback_data: SetPersonalData,
    actor: Actor,
    screens: Screens,
    notice_settings: NoticeSettingsService,
) -> None:
    wanted = callback_data.personal_data
    settings = await notice_settings.set_personal_data(actor=actor, wanted=wanted)
    await show_done(callback, screens, settings, part_line(Part.PERSONAL_DATA, settings))


@router.callback_query(SetLanguage.filter())
async def set_language(
    callback: CallbackQuery,
    callback_data: SetLanguage,
    actor: Actor,
    screens: Screens,
    notice_settings: NoticeSettingsService,
) -> None:
    if callback_data.code not in languages():
        raise NotFound
    settings = await notice_settings.set_language(actor=actor, language=callback_data.code)
    with speaking(callback_data.code):
        await show_done(callback, screens, settings, part_line(Part.LANGUAGE, settings))


async def show_done(callback: CallbackQuery, screens: Screens, settings: NoticeSettings, done: str) -> None:
    """Says what happens from now on, and shows all of it."""
    await callback.answer(done)
    await screens.show(callback, notice_settings_screen(settings, done))


def time_of(minute: int) -> time | None:
    """None: as the institution has it."""
    return None if minute == OF_SCHOOL else time(minute // 60, minute % 60)
