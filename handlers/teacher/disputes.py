"""«Он в школе!»: the teacher corrects the register or confirms the absence."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.disputes import CorrectAbsence, SettleQuestion, UpholdAbsence
from handlers.screens import Screens
from handlers.texts.alert_question import correction_screen, question_screen
from handlers.texts.i18n import label
from handlers.texts.register import cell_toast
from services.absence_answers import AnswerService
from services.actor import Account, Actor
from services.attendance import AttendanceService
from services.vocabulary import AttendanceStatus

router = Router(name="teacher.disputes")


@router.callback_query(CorrectAbsence.filter())
async def correct(
    callback: CallbackQuery,
    callback_data: CorrectAbsence,
    actor: Actor,
    screens: Screens,
    answers: AnswerService,
) -> None:
    await callback.answer()
    question = await answers.question(
        actor=actor, lesson_id=callback_data.lesson_id, pupil_id=callback_data.pupil_id
    )
    await screens.show(callback, correction_screen(question))


@router.callback_query(SettleQuestion.filter())
async def settle(
    callback: CallbackQuery,
    callback_data: SettleQuestion,
    actor: Actor,
    account: Account,
    screens: Screens,
    attendance: AttendanceService,
    answers: AnswerService,
) -> None:
    minutes = callback_data.minutes or None
    register = await attendance.set_cell(
        account=account,
        lesson_id=callback_data.lesson_id,
        pupil_id=callback_data.pupil_id,
        status=AttendanceStatus.LATE if minutes else AttendanceStatus.PRESENT,
        late_minutes=minutes,
    )
    await callback.answer(cell_toast(register, callback_data.pupil_id))
    question = await answers.question(
        actor=actor, lesson_id=callback_data.lesson_id, pupil_id=callback_data.pupil_id
    )
    await screens.show(callback, question_screen(question))


@router.callback_query(UpholdAbsence.filter())
async def uphold(
    callback: CallbackQuery,
    callback_data: UpholdAbsence,
    actor: Actor,
    screens: Screens,
    answers: AnswerService,
) -> None:
    question = await answers.uphold(
        actor=actor, lesson_id=callback_data.lesson_id, pupil_id=callback_data.pupil_id
    )
    await callback.answer(label("Н подтверждено"))
    await screens.show(callback, question_screen(question))
