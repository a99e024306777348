"""The answers inside the absence alert."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.alert import AnswerAlert, ChangeAnswer, ShowAlert
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.alert import answer_toast, answers_screen, full_alert_screen
from services.absence_answers import AnswerService
from services.actor import Actor

router = Router(name="parent.alert")


@router.callback_query(AnswerAlert.filter())
async def answer(
    callback: CallbackQuery,
    callback_data: AnswerAlert,
    actor: Actor,
    screens: Screens,
    answers: AnswerService,
) -> None:
    alert = await answers.answer(
        actor=actor,
        pupil_id=callback_data.pupil_id,
        day=day_of(callback_data.day),
        answer=callback_data.answer,
    )
    await callback.answer(answer_toast(callback_data.answer))
    await screens.show(callback, full_alert_screen(alert))


@router.callback_query(ChangeAnswer.filter())
async def change_answer(
    callback: CallbackQuery,
    callback_data: ChangeAnswer,
    actor: Actor,
    screens: Screens,
    answers: AnswerService,
) -> None:
    await callback.answer()
    day = day_of(callback_data.day)
    alert = await answers.alert(actor=actor, pupil_id=callback_data.pupil_id, day=day)
    changeable = alert.missed and alert.pupil.reason is None
    await screens.show(callback, answers_screen(alert) if changeable else full_alert_screen(alert))


@router.callback_query(ShowAlert.filter())
async def show_alert(
    callback: CallbackQuery, callback_data: ShowAlert, actor: Actor, screens: Screens, answers: AnswerService
) -> None:
    await callback.answer()
    day = day_of(callback_data.day)
    alert = await answers.alert(actor=actor, pupil_id=callback_data.pupil_id, day=day)
    await screens.show(callback, full_alert_screen(alert))
