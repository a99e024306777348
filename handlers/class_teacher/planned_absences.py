"""Absences known beforehand: the list, and taking one back."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.planned_absences import CancelPlan, ChoosePlanPupil, FinishPlan, ShowPlan, ShowPlans
from handlers.screens import Screens
from handlers.texts.i18n import label
from handlers.texts.planned_absences import plan_screen, plans_screen, withdrawn_screen
from handlers.texts.planning import choose_pupil_screen
from services.actor import Actor
from services.planned_absences import PlannedAbsenceService

router = Router(name="class_teacher.planned_absences")


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
