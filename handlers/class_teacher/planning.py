"""Entering an absence beforehand: buttons all the way; only «другая дата» is typed."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from handlers.callbacks.planned_absences import PlanDraft, SavePlan, TypePlanDate
from handlers.days import day_of
from handlers.planned_days import await_typed, days_of, with_typed
from handlers.screen import Screen
from handlers.screens import Screens
from handlers.texts.i18n import label
from handlers.texts.planned_absences import planned_screen
from handlers.texts.planning import question_screen, type_date_screen
from services.actor import Actor
from services.planned_absences import PlannedAbsenceService

router = Router(name="class_teacher.planning")


class Typing(StatesGroup):
    """A date of a planned absence is awaited; the data holds the draft."""

    date = State()


@router.callback_query(PlanDraft.filter())
async def next_question(
    callback: CallbackQuery,
    callback_data: PlanDraft,
    actor: Actor,
    screens: Screens,
    planned_absences: PlannedAbsenceService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    await screens.show(callback, await _question(callback_data, actor, planned_absences))


@router.callback_query(TypePlanDate.filter())
async def ask_for_date(
    callback: CallbackQuery,
    callback_data: TypePlanDate,
    actor: Actor,
    screens: Screens,
    planned_absences: PlannedAbsenceService,
    state: FSMContext,
) -> None:
    await callback.answer()
    planning = await planned_absences.planning(actor=actor, pupil_id=callback_data.pupil_id)
    draft = PlanDraft(pupil_id=callback_data.pupil_id, starts_on=callback_data.starts_on)
    await await_typed(state, Typing.date, draft)
    await screens.show(callback, type_date_screen(planning, days_of(draft)[0]))


@router.message(StateFilter(Typing.date))
async def date_typed(
    message: Message,
    actor: Actor,
    screens: Screens,
    planned_absences: PlannedAbsenceService,
    state: FSMContext,
) -> None:
    draft = PlanDraft.unpack((await state.get_data())["draft"])
    await state.clear()
    planning = await planned_absences.planning(actor=actor, pupil_id=draft.pupil_id)
    chosen = with_typed(draft, message.text or "", planning.today)
    if isinstance(chosen, Markup):
        await await_typed(state, Typing.date, draft)
        await screens.show(message, type_date_screen(planning, days_of(draft)[0], chosen))
        return
    await screens.show(message, await _question(chosen, actor, planned_absences))


@router.callback_query(SavePlan.filter())
async def save(
    callback: CallbackQuery,
    callback_data: SavePlan,
    actor: Actor,
    screens: Screens,
    planned_absences: PlannedAbsenceService,
) -> None:
    plan = await planned_absences.plan(
        actor=actor,
        pupil_id=callback_data.pupil_id,
        starts_on=day_of(callback_data.starts_on),
        ends_on=day_of(callback_data.ends_on),
        first_lesson=callback_data.first_lesson or None,
        last_lesson=callback_data.last_lesson or None,
        reason_id=callback_data.reason_id,
    )
    await callback.answer(label("Записано"))
    await screens.show(callback, planned_screen(plan))


async def _question(draft: PlanDraft, actor: Actor, planned_absences: PlannedAbsenceService) -> Screen:
    starts, ends = days_of(draft)
    planning = await planned_absences.planning(
        actor=actor, pupil_id=draft.pupil_id, starts_on=starts, ends_on=ends
    )
    return question_screen(planning, draft, starts, ends)
