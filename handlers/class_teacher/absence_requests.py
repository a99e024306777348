"""The class teacher answers an announced absence."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.absence_requests import (
    AcceptAbsence,
    AskDocument,
    ChooseDocumentDay,
    OpenAbsenceRequest,
    RejectAbsence,
)
from handlers.days import day_of
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.request_answers import answer_toast, document_day_screen, opened_screen, why_reject_screen
from services.absence_requests import AbsenceRequestService
from services.actor import Actor

router = Router(name="class_teacher.absence_requests")


class RefusingStep(StatesGroup):
    """Why an announced absence is rejected is awaited; the data holds which."""

    refusal = State()


@router.callback_query(OpenAbsenceRequest.filter())
async def open_request(
    callback: CallbackQuery,
    callback_data: OpenAbsenceRequest,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    view = await absence_requests.question(actor=actor, request_id=callback_data.request_id)
    await screens.show(callback, opened_screen(view))


@router.callback_query(AcceptAbsence.filter())
async def accept(
    callback: CallbackQuery,
    callback_data: AcceptAbsence,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
) -> None:
    view = await absence_requests.accept(actor=actor, request_id=callback_data.request_id)
    await callback.answer(answer_toast(view.request))
    await screens.show(callback, opened_screen(view))


@router.callback_query(ChooseDocumentDay.filter())
async def choose_document_day(
    callback: CallbackQuery,
    callback_data: ChooseDocumentDay,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
) -> None:
    await callback.answer()
    view = await absence_requests.question(actor=actor, request_id=callback_data.request_id)
    await screens.show(callback, document_day_screen(view))


@router.callback_query(AskDocument.filter())
async def ask_document(
    callback: CallbackQuery,
    callback_data: AskDocument,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
) -> None:
    view = await absence_requests.ask_document(
        actor=actor, request_id=callback_data.request_id, due_on=day_of(callback_data.day)
    )
    await callback.answer(answer_toast(view.request))
    await screens.show(callback, opened_screen(view))


@router.callback_query(RejectAbsence.filter())
async def ask_why(
    callback: CallbackQuery,
    callback_data: RejectAbsence,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
    state: FSMContext,
) -> None:
    await callback.answer()
    view = await absence_requests.question(actor=actor, request_id=callback_data.request_id)
    if view.request.open:
        await state.set_data({"request_id": callback_data.request_id})
        await state.set_state(RefusingStep.refusal)
    await screens.show(callback, why_reject_screen(view))


@router.message(StateFilter(RefusingStep.refusal))
async def refusal_typed(
    message: Message,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
    state: FSMContext,
) -> None:
    async with answered(state) as step:
        view = await absence_requests.reject(
            actor=actor, request_id=step["request_id"], refusal=message.text or ""
        )
    await screens.show(message, opened_screen(view))
