"""Who is away and when: by buttons, only a surname may be typed."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.substitutions import AskAbsentDays, AskAbsentRange, ChooseAbsent
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.absent_teachers import choose_absent_screen, choose_day_screen, choose_range_screen
from services.actor import Actor
from services.clock import Clock
from services.substitutions import SubstitutionService
from services.typed import typed_line

router = Router(name="deputy.absent_teachers")


class Typing(StatesGroup):
    """A surname may be typed instead of looking through the list."""

    surname = State()


@router.callback_query(ChooseAbsent.filter())
async def choose_absent(
    callback: CallbackQuery,
    callback_data: ChooseAbsent,
    actor: Actor,
    screens: Screens,
    substitutions: SubstitutionService,
    state: FSMContext,
) -> None:
    await callback.answer()
    teachers = await substitutions.teachers(actor=actor)
    await state.set_state(Typing.surname)
    await screens.show(callback, choose_absent_screen(teachers, callback_data.page))


@router.message(StateFilter(Typing.surname))
async def surname_typed(
    message: Message, actor: Actor, screens: Screens, substitutions: SubstitutionService
) -> None:
    """Answers with those whom it fits; it may be typed again."""
    typed = typed_line(message.text or "")
    fitting = await substitutions.teachers(actor=actor, named=typed)
    await screens.show(message, choose_absent_screen(fitting, 0, typed=typed))


@router.callback_query(AskAbsentDays.filter())
async def ask_days(
    callback: CallbackQuery,
    callback_data: AskAbsentDays,
    actor: Actor,
    screens: Screens,
    substitutions: SubstitutionService,
    state: FSMContext,
    clock: Clock,
) -> None:
    await callback.answer()
    await state.set_state(None)
    teacher = await substitutions.teacher(actor=actor, teacher_id=callback_data.teacher_id)
    await screens.show(callback, choose_day_screen(teacher, actor.day_of(clock.now())))


@router.callback_query(AskAbsentRange.filter())
async def ask_range(
    callback: CallbackQuery,
    callback_data: AskAbsentRange,
    actor: Actor,
    screens: Screens,
    substitutions: SubstitutionService,
    clock: Clock,
) -> None:
    await callback.answer()
    teacher = await substitutions.teacher(actor=actor, teacher_id=callback_data.teacher_id)
    first = day_of(callback_data.starts_on) if callback_data.starts_on else None
    await screens.show(callback, choose_range_screen(teacher, actor.day_of(clock.now()), first))
