"""What is typed about a mark, or chosen first: why it changes, a comment, the day of a debt."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.marks import ChooseDebtDay, CorrectMark, SetDebt, ShowTeacherDebts, TypeComment
from handlers.days import day_of
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.debts import teacher_debts_screen
from handlers.texts.mark_questions import comment_screen, debt_screen, reason_screen, reason_words
from handlers.texts.marks import mark_toast, next_screen, sheet_screen
from services.actor import Account, Actor
from services.errors import InvalidInput, NotFound
from services.marks.debts import DebtService
from services.marks.giving import MarkService, NewMark, SheetRow, Verdict
from services.vocabulary import MarkValue

router = Router(name="teacher.mark_reasons")


class Typing(StatesGroup):
    """Words about a mark are awaited; the data holds its cell, and what is to stand there."""

    reason = State()
    comment = State()


async def ask_reason(
    callback: CallbackQuery, sheet: SheetRow, mark: NewMark, screens: Screens, state: FSMContext
) -> None:
    """The mark stands and families know it: a usual reason, or one that is typed."""
    day = None if mark.due_on is None else mark.due_on.toordinal()
    await state.set_data(_cell(mark.work_id, mark.pupil_id) | {"value": mark.value, "day": day})
    await state.set_state(Typing.reason)
    await screens.show(callback, reason_screen(sheet, mark.pupil_id, mark.value, day))


@router.callback_query(CorrectMark.filter())
async def correct(
    callback: CallbackQuery,
    callback_data: CorrectMark,
    account: Account,
    screens: Screens,
    marks: MarkService,
    state: FSMContext,
) -> None:
    reason = reason_words(callback_data.reason)
    if reason is None:
        raise NotFound
    await state.clear()
    day = callback_data.day
    mark = NewMark(
        callback_data.pupil_id,
        callback_data.work_id,
        callback_data.value,
        None if day is None else day_of(day),
    )
    tapped = await marks.tap(account=account, mark=mark, reason=reason)
    await callback.answer(mark_toast(tapped.sheet, mark.pupil_id))
    await screens.show(callback, sheet_screen(tapped.sheet, mark.pupil_id))


@router.message(StateFilter(Typing.reason))
async def reason_typed(
    message: Message, account: Account, screens: Screens, marks: MarkService, state: FSMContext
) -> None:
    async with answered(state) as step:
        value = step["value"] and MarkValue(step["value"])
        day = None if step["day"] is None else day_of(step["day"])
        mark = NewMark(step["pupil_id"], step["work_id"], value, day)
        tapped = await marks.tap(account=account, mark=mark, reason=_words(message))
    await screens.show(message, sheet_screen(tapped.sheet, mark.pupil_id))


@router.callback_query(ChooseDebtDay.filter())
async def choose_debt_day(
    callback: CallbackQuery,
    callback_data: ChooseDebtDay,
    account: Account,
    actor: Actor,
    screens: Screens,
    marks: MarkService,
    debts: DebtService,
) -> None:
    await callback.answer()
    sheet = await marks.look(account=account, work_id=callback_data.work_id)
    _check_pupil(sheet, callback_data.pupil_id)
    days = await debts.days(actor=actor, work_id=callback_data.work_id)
    await screens.show(callback, debt_screen(sheet, callback_data.pupil_id, days))


@router.callback_query(SetDebt.filter())
async def set_debt(
    callback: CallbackQuery,
    callback_data: SetDebt,
    account: Account,
    screens: Screens,
    marks: MarkService,
    state: FSMContext,
) -> None:
    pupil_id, day = callback_data.pupil_id, day_of(callback_data.day)
    mark = NewMark(pupil_id, callback_data.work_id, MarkValue.DEBT, day)
    tapped = await marks.tap(account=account, mark=mark)
    if tapped.verdict is Verdict.REASON_NEEDED:
        await callback.answer()
        await ask_reason(callback, tapped.sheet, mark, screens, state)
        return
    await callback.answer(mark_toast(tapped.sheet, pupil_id))
    await screens.show(callback, next_screen(tapped.sheet, pupil_id))


@router.callback_query(ShowTeacherDebts.filter())
async def show_debts(
    callback: CallbackQuery,
    callback_data: ShowTeacherDebts,
    actor: Actor,
    screens: Screens,
    debts: DebtService,
) -> None:
    await callback.answer()
    view = await debts.to_teacher(actor=actor, on=day_of(callback_data.day))
    await screens.show(callback, teacher_debts_screen(view))


@router.callback_query(TypeComment.filter())
async def ask_comment(
    callback: CallbackQuery,
    callback_data: TypeComment,
    account: Account,
    screens: Screens,
    marks: MarkService,
    state: FSMContext,
) -> None:
    await callback.answer()
    sheet = await marks.look(account=account, work_id=callback_data.work_id)
    _check_pupil(sheet, callback_data.pupil_id)
    await state.set_data(_cell(callback_data.work_id, callback_data.pupil_id))
    await state.set_state(Typing.comment)
    await screens.show(callback, comment_screen(sheet, callback_data.pupil_id))


@router.message(StateFilter(Typing.comment))
async def comment_typed(
    message: Message, account: Account, screens: Screens, marks: MarkService, state: FSMContext
) -> None:
    async with answered(state) as step:
        sheet = await marks.comment(account=account, **step, comment=_words(message))
    await screens.show(message, sheet_screen(sheet, step["pupil_id"]))


def _cell(work_id: int, pupil_id: int) -> dict[str, Any]:
    return {"work_id": work_id, "pupil_id": pupil_id}


def _check_pupil(sheet: SheetRow, pupil_id: int) -> None:
    if all(cell.pupil_id != pupil_id for cell in sheet.cells):
        raise NotFound


def _words(message: Message) -> str:
    if not (message.text or "").strip():
        raise InvalidInput(problem="nothing_typed")
    return message.text or ""
