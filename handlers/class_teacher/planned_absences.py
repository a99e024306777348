"""Absences known beforehand: buttons all the way; only «другая дата» is typed."""

from __future__ import annotations

from datetime import date

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import (
    CancelPlan,
    ChoosePlanPupil,
    FinishPlan,
    PlanDraft,
    SavePlan,
    ShowPlan,
    ShowPlans,
    TypePlanDate,
)
from handlers.days import day_of, typed_day
from handlers.routing import screen_router
from handlers.screen import Screens
from handlers.texts.i18n import label
from handlers.texts.planned_absences import (
    before_the_first_day,
    choose_pupil_screen,
    not_a_date,
    plan_screen,
    planned_screen,
    plans_screen,
    question_screen,
    type_date_screen,
    withdrawn_screen,
)
from services.actor import Actor
from services.planned_absences import PlannedAbsenceService

router: Router = screen_router(
    "class_teacher.planned_absences",
    *(ShowPlans, ChoosePlanPupil, PlanDraft, TypePlanDate, SavePlan, ShowPlan, CancelPlan, FinishPlan),
)


class Typing(StatesGroup):
    """A date of a planned absence is awaited; the data holds the draft."""

    date = State()


@router.callback_query(ShowPlans.filter())
async def show_plans(
    callback: CallbackQuery,
    callback_data: ShowPlans,
    actor: Actor,
    screens: Screens,
    planned_absences: PlannedAbsenceService,
) -> None:
    await callback.answer()
    plans = await planned_absences.list(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, plans_screen(plans, callback_data.page))


@router.callback_query(ChoosePlanPupil.filter())
async def choose_pupil(
    callback: CallbackQuery,
    callback_data: ChoosePlanPupil,
    actor: Actor,
    screens: Screens,
    planned_absences: PlannedAbsenceService,
) -> None:
    await callback.answer()
    plans = await planned_absences.list(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, choose_pupil_screen(plans, callback_data.page))


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
    planning = await planned_absences.planning(actor=actor, pupil_id=callback_data.pupil_id)
    await screens.show(callback, question_screen(planning, callback_data, *_days(callback_data)))


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
    starts, _ = _days(draft)
    await state.set_data({"draft": draft.pack()})
    await state.set_state(Typing.date)
    await screens.show(callback, type_date_screen(planning, starts))


@router.message(StateFilter(Typing.date))
async def date_typed(
    message: Message,
    actor: Actor,
    screens: Screens,
    planned_absences: PlannedAbsenceService,
    state: FSMContext,
) -> None:
    draft = PlanDraft.unpack((await state.get_data())["draft"])
    planning = await planned_absences.planning(actor=actor, pupil_id=draft.pupil_id)
    starts, _ = _days(draft)
    typed = typed_day(message.text or "", planning.today)
    if typed is None:
        await screens.show(message, type_date_screen(planning, starts, not_a_date()))
        return
    if starts is not None and typed < starts:
        await screens.show(message, type_date_screen(planning, starts, before_the_first_day(starts)))
        return
    await state.clear()
    chosen = draft.model_copy(update={"ends_on" if starts else "starts_on": typed.toordinal()})
    await screens.show(message, question_screen(planning, chosen, *_days(chosen)))


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


@router.callback_query(ShowPlan.filter())
async def show_plan(
    callback: CallbackQuery,
    callback_data: ShowPlan,
    actor: Actor,
    screens: Screens,
    planned_absences: PlannedAbsenceService,
) -> None:
    await callback.answer()
    shown = await planned_absences.show(actor=actor, planned_id=callback_data.planned_id)
    await screens.show(callback, plan_screen(shown))


@router.callback_query(CancelPlan.filter())
async def cancel(
    callback: CallbackQuery,
    callback_data: CancelPlan,
    actor: Actor,
    screens: Screens,
    planned_absences: PlannedAbsenceService,
) -> None:
    plan = await planned_absences.cancel(actor=actor, planned_id=callback_data.planned_id)
    await callback.answer(label("Отменено"))
    await screens.show(callback, withdrawn_screen(plan))


@router.callback_query(FinishPlan.filter())
async def finish(
    callback: CallbackQuery,
    callback_data: FinishPlan,
    actor: Actor,
    screens: Screens,
    planned_absences: PlannedAbsenceService,
) -> None:
    plan = await planned_absences.finish(actor=actor, planned_id=callback_data.planned_id)
    await callback.answer(label("Закончено"))
    await screens.show(callback, withdrawn_screen(plan))


def _days(draft: PlanDraft) -> tuple[date | None, date | None]:
    starts, ends = draft.starts_on, draft.ends_on
    return (None if starts is None else day_of(starts)), (None if ends is None else day_of(ends))
