"""«Пропуски»; also for the pupil and for those who lead the class."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.diary import ShowAttendance
from handlers.screens import Screens
from handlers.texts.absence_totals import absence_totals_screen
from services.absence_totals import AbsenceTotalsService
from services.actor import Actor

router = Router(name="parent.absence_totals")


@router.callback_query(ShowAttendance.filter())
async def show_totals(
    callback: CallbackQuery,
    callback_data: ShowAttendance,
    actor: Actor,
    screens: Screens,
    absence_totals: AbsenceTotalsService,
) -> None:
    await callback.answer()
    view = await absence_totals.totals(actor=actor, pupil_id=callback_data.pupil_id)
    await screens.show(callback, absence_totals_screen(view))
