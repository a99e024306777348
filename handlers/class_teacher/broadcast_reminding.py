"""«Напомнить им»: only those who have not answered, at once or on a morning (C7)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.broadcast_results import OpenReminding, RemindSilent, ScheduleReminder
from handlers.days import moment_of
from handlers.screens import Screens
from handlers.texts.broadcast_reminders import reminded_toast, reminding_screen, scheduled_toast
from services.actor import Actor
from services.broadcasts.reminding import ReminderService

router = Router(name="class_teacher.broadcast_reminding")


@router.callback_query(OpenReminding.filter())
async def open_reminding(
    callback: CallbackQuery,
    callback_data: OpenReminding,
    actor: Actor,
    screens: Screens,
    broadcast_reminders: ReminderService,
) -> None:
    form = await broadcast_reminders.form(actor=actor, broadcast_id=callback_data.broadcast_id)
    await callback.answer()
    await screens.send(callback.from_user.id, reminding_screen(form, actor.zone))


@router.callback_query(RemindSilent.filter())
async def remind(
    callback: CallbackQuery,
    callback_data: RemindSilent,
    actor: Actor,
    screens: Screens,
    broadcast_reminders: ReminderService,
) -> None:
    reminded = await broadcast_reminders.remind(actor=actor, broadcast_id=callback_data.broadcast_id)
    await callback.answer(reminded_toast(reminded))
    await screens.show(callback, reminding_screen(reminded.form, actor.zone))


@router.callback_query(ScheduleReminder.filter())
async def schedule(
    callback: CallbackQuery,
    callback_data: ScheduleReminder,
    actor: Actor,
    screens: Screens,
    broadcast_reminders: ReminderService,
) -> None:
    form = await broadcast_reminders.schedule(
        actor=actor,
        broadcast_id=callback_data.broadcast_id,
        moment=moment_of(callback_data.minute),
    )
    await callback.answer(scheduled_toast(form, actor.zone))
    await screens.show(callback, reminding_screen(form, actor.zone))
