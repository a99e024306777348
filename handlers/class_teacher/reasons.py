"""Reasons of absence: confirmed all at once, asked for again, or set by hand."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.class_day import AskSilent, ConfirmReasons
from handlers.callbacks.reasons import ChooseMissing, ChooseReason, ChooseWeekReason, SetReason, SetWeekReason
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.absence_reasons import (
    choose_missing_screen,
    choose_reason_screen,
    choose_week_reason_screen,
    confirmed_toast,
    reason_toast,
    reminded_toast,
)
from handlers.texts.class_day import day_screen
from handlers.texts.reconciliation import week_screen
from services.actor import Actor
from services.class_day import ClassDayService, PupilReason
from services.reconciliation import ReconciliationService

router = Router(name="class_teacher.reasons")


@router.callback_query(ConfirmReasons.filter())
async def confirm_reasons(
    callback: CallbackQuery,
    callback_data: ConfirmReasons,
    actor: Actor,
    screens: Screens,
    class_day: ClassDayService,
) -> None:
    confirmed = await class_day.confirm_all(
        actor=actor, group_id=callback_data.group_id, day=day_of(callback_data.day)
    )
    await callback.answer(confirmed_toast(confirmed))
    await screens.show(callback, day_screen(confirmed.day, actor.zone))


@router.callback_query(AskSilent.filter())
async def ask_silent(
    callback: CallbackQuery,
    callback_data: AskSilent,
    actor: Actor,
    screens: Screens,
    class_day: ClassDayService,
) -> None:
    day = day_of(callback_data.day)
    reminded = await class_day.ask_silent(actor=actor, group_id=callback_data.group_id, day=day)
    await callback.answer(reminded_toast(reminded, actor.zone), show_alert=True)
    shown = await class_day.day(actor=actor, group_id=callback_data.group_id, day=day)
    await screens.show(callback, day_screen(shown, actor.zone))


@router.callback_query(ChooseMissing.filter())
async def choose_missing(
    callback: CallbackQuery,
    callback_data: ChooseMissing,
    actor: Actor,
    screens: Screens,
    class_day: ClassDayService,
) -> None:
    await callback.answer()
    day = await class_day.day(actor=actor, group_id=callback_data.group_id, day=day_of(callback_data.day))
    await screens.show(callback, choose_missing_screen(day, callback_data.page))


@router.callback_query(ChooseReason.filter())
@router.callback_query(ChooseWeekReason.filter())
async def choose_reason(
    callback: CallbackQuery,
    callback_data: ChooseReason | ChooseWeekReason,
    actor: Actor,
    screens: Screens,
    class_day: ClassDayService,
) -> None:
    await callback.answer()
    chosen = await class_day.reasons(
        actor=actor, pupil_id=callback_data.pupil_id, day=day_of(callback_data.day)
    )
    in_week = isinstance(callback_data, ChooseWeekReason)
    screen = choose_week_reason_screen if in_week else choose_reason_screen
    await screens.show(callback, screen(chosen, actor.zone))


@router.callback_query(SetReason.filter())
async def set_reason(
    callback: CallbackQuery,
    callback_data: SetReason,
    actor: Actor,
    screens: Screens,
    class_day: ClassDayService,
) -> None:
    day = day_of(callback_data.day)
    chosen = await _set(callback, callback_data, actor, class_day)
    shown = await class_day.day(actor=actor, group_id=chosen.group_id, day=day)
    await screens.show(callback, day_screen(shown, actor.zone))


@router.callback_query(SetWeekReason.filter())
async def set_week_reason(
    callback: CallbackQuery,
    callback_data: SetWeekReason,
    actor: Actor,
    screens: Screens,
    class_day: ClassDayService,
    reconciliation: ReconciliationService,
) -> None:
    chosen = await _set(callback, callback_data, actor, class_day)
    monday = day_of(callback_data.day)
    week = await reconciliation.week(actor=actor, group_id=chosen.group_id, monday=monday)
    await screens.show(callback, week_screen(week, actor.zone))


async def _set(
    callback: CallbackQuery, to: SetReason | SetWeekReason, actor: Actor, class_day: ClassDayService
) -> PupilReason:
    """Set it and say so."""
    chosen = await class_day.set_reason(
        actor=actor, pupil_id=to.pupil_id, day=day_of(to.day), reason_id=to.reason_id
    )
    await callback.answer(reason_toast(chosen))
    return chosen
