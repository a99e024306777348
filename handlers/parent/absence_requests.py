"""A child's announced absences and what became of them."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.absence_requests import (
    RequestAbsence,
    ShowAbsenceRequest,
    ShowAbsenceRequests,
    WithdrawAbsence,
)
from handlers.screens import Screens
from handlers.texts.absence_requests import request_screen, requests_screen
from handlers.texts.i18n import label
from services.absence_requests import AbsenceRequestService
from services.actor import Actor

router = Router(name="parent.absence_requests")


@router.callback_query(RequestAbsence.filter())
async def show_latest(
    callback: CallbackQuery,
    callback_data: RequestAbsence,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
) -> None:
    await callback.answer()
    view = await absence_requests.of_pupil(actor=actor, pupil_id=callback_data.pupil_id)
    await screens.show(callback, requests_screen(view, 0))


@router.callback_query(ShowAbsenceRequests.filter())
async def show_requests(
    callback: CallbackQuery,
    callback_data: ShowAbsenceRequests,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
) -> None:
    await callback.answer()
    view = await absence_requests.of_pupil(actor=actor, pupil_id=callback_data.pupil_id)
    await screens.show(callback, requests_screen(view, callback_data.page))


@router.callback_query(ShowAbsenceRequest.filter())
async def show_request(
    callback: CallbackQuery,
    callback_data: ShowAbsenceRequest,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
) -> None:
    await callback.answer()
    view = await absence_requests.show(actor=actor, request_id=callback_data.request_id)
    await screens.show(callback, request_screen(view))


@router.callback_query(WithdrawAbsence.filter())
async def withdraw(
    callback: CallbackQuery,
    callback_data: WithdrawAbsence,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
) -> None:
    view = await absence_requests.withdraw(actor=actor, request_id=callback_data.request_id)
    await callback.answer(label("Хорошо, отменено") if view.request.cancelled else label("Записали"))
    await screens.show(callback, request_screen(view))
