"""«Открыть для исправлений»: what is open, and the way from a class to what is locked (J5)."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.changes import (
    ChooseLockedCourse,
    ChooseLockedDay,
    ChooseLockedPeriod,
    FindLocked,
    ShowLockedDay,
    TypeLockedDay,
)
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.finding_locked import (
    day_screen,
    days_screen,
    locked_courses_screen,
    locked_periods_screen,
    not_a_date,
    type_day_screen,
)
from handlers.texts.unlocking import open_now_screen
from services.actor import Actor
from services.clock import Clock
from services.final_marks import FinalMarkService
from services.journal_page import JournalService
from services.typed_times import typed_day
from services.unlocking import UnlockService

router = Router(name="deputy.finding_locked")


class LockedDayStep(StatesGroup):
    """A date is awaited; the data holds the class."""

    date = State()


@router.callback_query(FindLocked.filter())
async def open_now(
    callback: CallbackQuery,
    actor: Actor,
    screens: Screens,
    unlocking: UnlockService,
    clock: Clock,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    view = await unlocking.open_now(actor=actor)
    await screens.show(callback, open_now_screen(view, actor.zone, actor.day_of(clock.now())))


@router.callback_query(ChooseLockedDay.filter())
async def choose_day(
    callback: CallbackQuery,
    callback_data: ChooseLockedDay,
    actor: Actor,
    screens: Screens,
    unlocking: UnlockService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    await screens.show(
        callback, days_screen(await unlocking.days(actor=actor, group_id=callback_data.group_id))
    )


@router.callback_query(TypeLockedDay.filter())
async def ask_for_day(
    callback: CallbackQuery,
    callback_data: TypeLockedDay,
    actor: Actor,
    screens: Screens,
    unlocking: UnlockService,
    state: FSMContext,
) -> None:
    await callback.answer()
    view = await unlocking.days(actor=actor, group_id=callback_data.group_id)
    await state.set_data({"group_id": callback_data.group_id})
    await state.set_state(LockedDayStep.date)
    await screens.show(callback, type_day_screen(view))


@router.message(StateFilter(LockedDayStep.date))
async def day_typed(
    message: Message, actor: Actor, screens: Screens, unlocking: UnlockService, state: FSMContext
) -> None:
    """What is not a date may be typed once more."""
    group_id = (await state.get_data())["group_id"]
    days = await unlocking.days(actor=actor, group_id=group_id)
    typed = typed_day(message.text or "", days.today)
    if typed is None:
        await screens.show(message, type_day_screen(days, not_a_date()))
        return
    await state.clear()
    view = await unlocking.day(actor=actor, group_id=group_id, day=typed)
    await screens.show(message, day_screen(view))


@router.callback_query(ShowLockedDay.filter())
async def show_day(
    callback: CallbackQuery,
    callback_data: ShowLockedDay,
    actor: Actor,
    screens: Screens,
    unlocking: UnlockService,
) -> None:
    await callback.answer()
    view = await unlocking.day(actor=actor, group_id=callback_data.group_id, day=day_of(callback_data.day))
    await screens.show(callback, day_screen(view))


@router.callback_query(ChooseLockedCourse.filter())
async def choose_course(
    callback: CallbackQuery,
    callback_data: ChooseLockedCourse,
    actor: Actor,
    screens: Screens,
    journal: JournalService,
) -> None:
    await callback.answer()
    group = await journal.group_courses(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, locked_courses_screen(group, callback_data.page))


@router.callback_query(ChooseLockedPeriod.filter())
async def choose_period(
    callback: CallbackQuery,
    callback_data: ChooseLockedPeriod,
    actor: Actor,
    screens: Screens,
    final_marks: FinalMarkService,
) -> None:
    await callback.answer()
    course, periods = await final_marks.periods(actor=actor, course_id=callback_data.course_id)
    await screens.show(callback, locked_periods_screen(course, periods))
