"""Marks by buttons: one tap for the next pupil, two for any other."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.callbacks.marks import (
    ChoosePupil,
    CorrectAndGive,
    GiveAnyway,
    GiveMark,
    LeaveQuestion,
    OpenWork,
    RemoveMark,
    SetMark,
)
from handlers.screens import Screens
from handlers.teacher.mark_reasons import ask_reason
from handlers.texts.mark_questions import absent_screen, exempt_screen
from handlers.texts.marks import mark_toast, next_screen, sheet_screen, taken_toast
from services.actor import Account
from services.attendance import AttendanceService
from services.marks.giving import MarkService, NewMark, Verdict
from services.vocabulary import AttendanceStatus, MarkValue

router = Router(name="teacher.marks")

# The statement of a tap asks itself who taps and whether they may.
HOT = {"actor": "by statement"}


@router.callback_query(GiveMark.filter(), flags=HOT)
async def give_mark(
    callback: CallbackQuery,
    callback_data: GiveMark,
    account: Account,
    screens: Screens,
    marks: MarkService,
    state: FSMContext,
) -> None:
    mark = NewMark(callback_data.pupil_id, callback_data.work_id, callback_data.value, only_if_empty=True)
    await give(callback, mark, account, screens, marks, state)


@router.callback_query(SetMark.filter(), flags=HOT)
async def set_mark(
    callback: CallbackQuery,
    callback_data: SetMark,
    account: Account,
    screens: Screens,
    marks: MarkService,
    state: FSMContext,
) -> None:
    mark = NewMark(callback_data.pupil_id, callback_data.work_id, callback_data.value)
    await give(callback, mark, account, screens, marks, state)


@router.callback_query(RemoveMark.filter(), flags=HOT)
async def remove_mark(
    callback: CallbackQuery,
    callback_data: RemoveMark,
    account: Account,
    screens: Screens,
    marks: MarkService,
    state: FSMContext,
) -> None:
    mark = NewMark(callback_data.pupil_id, callback_data.work_id, None)
    await give(callback, mark, account, screens, marks, state)


@router.callback_query(ChoosePupil.filter(), flags=HOT)
async def choose_pupil(
    callback: CallbackQuery,
    callback_data: ChoosePupil,
    account: Account,
    screens: Screens,
    marks: MarkService,
) -> None:
    # The name's spinner turns until its values are there: the old ones are another pupil's.
    sheet = await marks.look(account=account, work_id=callback_data.work_id)
    await screens.replace(callback, sheet_screen(sheet, callback_data.pupil_id))
    await callback.answer()


@router.callback_query(OpenWork.filter())
async def open_work(
    callback: CallbackQuery,
    callback_data: OpenWork,
    account: Account,
    screens: Screens,
    marks: MarkService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    await screens.show(
        callback, sheet_screen(await marks.look(account=account, work_id=callback_data.work_id))
    )


@router.callback_query(LeaveQuestion.filter())
async def leave_question(
    callback: CallbackQuery,
    callback_data: LeaveQuestion,
    account: Account,
    screens: Screens,
    marks: MarkService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    sheet = await marks.look(account=account, work_id=callback_data.work_id)
    await screens.show(callback, sheet_screen(sheet, callback_data.pupil_id))


@router.callback_query(GiveAnyway.filter())
async def give_anyway(
    callback: CallbackQuery,
    callback_data: GiveAnyway,
    account: Account,
    screens: Screens,
    marks: MarkService,
    state: FSMContext,
) -> None:
    mark = NewMark(callback_data.pupil_id, callback_data.work_id, callback_data.value)
    await give(callback, mark, account, screens, marks, state, despite_absence=True)


@router.callback_query(CorrectAndGive.filter())
async def correct_and_give(
    callback: CallbackQuery,
    callback_data: CorrectAndGive,
    account: Account,
    screens: Screens,
    marks: MarkService,
    attendance: AttendanceService,
    state: FSMContext,
) -> None:
    pupil_id = callback_data.pupil_id
    sheet = await marks.look(account=account, work_id=callback_data.work_id)
    await attendance.set_cell(
        account=account, lesson_id=sheet.lesson_id, pupil_id=pupil_id, status=AttendanceStatus.PRESENT
    )
    mark = NewMark(pupil_id, callback_data.work_id, callback_data.value)
    await give(callback, mark, account, screens, marks, state)


async def give(
    callback: CallbackQuery,
    mark: NewMark,
    account: Account,
    screens: Screens,
    marks: MarkService,
    state: FSMContext,
    *,
    despite_absence: bool = False,
) -> None:
    """Set the mark and go on to the next pupil, or ask what the rules want to know first."""
    tapped = await marks.tap(account=account, mark=mark, despite_absence=despite_absence)
    sheet, pupil_id = tapped.sheet, mark.pupil_id
    match tapped.verdict:
        case Verdict.WRITTEN:
            await callback.answer(mark_toast(sheet, pupil_id))
            shown = sheet_screen(sheet, pupil_id) if mark.value is None else next_screen(sheet, pupil_id)
            await screens.show(callback, shown)
        case Verdict.TAKEN:
            await callback.answer(taken_toast(sheet, pupil_id))
            await screens.show(callback, next_screen(sheet, pupil_id))
        case Verdict.ABSENT if mark.value is not None and mark.value is not MarkValue.DEBT:
            await callback.answer()
            await screens.show(callback, absent_screen(sheet, pupil_id, mark.value))
        case Verdict.EXEMPT if mark.value is not None:
            await callback.answer()
            await screens.show(callback, exempt_screen(sheet, pupil_id, mark.value))
        case Verdict.REASON_NEEDED:
            await callback.answer()
            await ask_reason(callback, sheet, mark, screens, state)
        case _:
            # Form 1 and locked cells: the list says why, with who can help.
            await callback.answer()
            await screens.show(callback, sheet_screen(sheet, pupil_id))
