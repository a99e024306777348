"""The register: taps, «Опоздал…», «Готово» and what follows it."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.register import (
    AskMinutes,
    ChooseLate,
    EveryonePresent,
    OpenRegister,
    SetCell,
    SetLate,
    TakeRegister,
    TellNow,
)
from handlers.screens import Screens
from handlers.texts.register import cell_toast, late_screen, minutes_screen, register_screen
from handlers.texts.taken import taken_screen
from services.actor import Account, Actor
from services.attendance import AttendanceService
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.vocabulary import AttendanceStatus

router = Router(name="teacher.register")

# The statement of a tap asks itself who taps and whether they may.
HOT = {"actor": "by statement"}


@router.callback_query(OpenRegister.filter())
async def open_register(
    callback: CallbackQuery,
    callback_data: OpenRegister,
    actor: Actor,
    screens: Screens,
    attendance: AttendanceService,
) -> None:
    await callback.answer()
    register = await attendance.open(actor=actor, lesson_id=callback_data.lesson_id)
    await screens.show(callback, register_screen(register))


@router.callback_query(SetCell.filter(), flags=HOT)
async def set_cell(
    callback: CallbackQuery,
    callback_data: SetCell,
    account: Account,
    screens: Screens,
    attendance: AttendanceService,
) -> None:
    if callback_data.status is AttendanceStatus.LATE:
        raise InvalidInput(problem="late_minutes")
    register = await attendance.set_cell(
        account=account,
        lesson_id=callback_data.lesson_id,
        pupil_id=callback_data.pupil_id,
        status=callback_data.status,
    )
    await callback.answer(cell_toast(register, callback_data.pupil_id))
    await screens.show(callback, register_screen(register))


@router.callback_query(ChooseLate.filter())
async def choose_late(
    callback: CallbackQuery,
    callback_data: ChooseLate,
    actor: Actor,
    screens: Screens,
    attendance: AttendanceService,
) -> None:
    await callback.answer()
    register = await attendance.open(actor=actor, lesson_id=callback_data.lesson_id)
    await screens.show(callback, late_screen(register))


@router.callback_query(AskMinutes.filter())
async def ask_minutes(
    callback: CallbackQuery,
    callback_data: AskMinutes,
    actor: Actor,
    screens: Screens,
    attendance: AttendanceService,
) -> None:
    await callback.answer()
    register = await attendance.open(actor=actor, lesson_id=callback_data.lesson_id)
    if all(cell.pupil_id != callback_data.pupil_id for cell in register.cells):
        raise NotFound
    await screens.show(callback, minutes_screen(register, callback_data.pupil_id))


@router.callback_query(SetLate.filter(), flags=HOT)
async def set_late(
    callback: CallbackQuery,
    callback_data: SetLate,
    account: Account,
    screens: Screens,
    attendance: AttendanceService,
) -> None:
    register = await attendance.set_cell(
        account=account,
        lesson_id=callback_data.lesson_id,
        pupil_id=callback_data.pupil_id,
        status=AttendanceStatus.LATE,
        late_minutes=callback_data.minutes,
    )
    await callback.answer(cell_toast(register, callback_data.pupil_id))
    await screens.show(callback, register_screen(register))


@router.callback_query(TakeRegister.filter())
async def take(
    callback: CallbackQuery,
    callback_data: TakeRegister,
    actor: Actor,
    screens: Screens,
    attendance: AttendanceService,
    clock: Clock,
) -> None:
    taken = await attendance.take(actor=actor, lesson_id=callback_data.lesson_id)
    await callback.answer()
    await screens.show(callback, taken_screen(taken, clock.now()))


@router.callback_query(EveryonePresent.filter())
async def everyone_present(
    callback: CallbackQuery,
    callback_data: EveryonePresent,
    actor: Actor,
    screens: Screens,
    attendance: AttendanceService,
    clock: Clock,
) -> None:
    taken = await attendance.everyone_present(actor=actor, lesson_id=callback_data.lesson_id)
    await callback.answer()
    await screens.show(callback, taken_screen(taken, clock.now()))


@router.callback_query(TellNow.filter())
async def tell_now(
    callback: CallbackQuery,
    callback_data: TellNow,
    actor: Actor,
    screens: Screens,
    attendance: AttendanceService,
    clock: Clock,
) -> None:
    taken = await attendance.tell_now(actor=actor, lesson_id=callback_data.lesson_id)
    await callback.answer()
    await screens.show(callback, taken_screen(taken, clock.now()))
