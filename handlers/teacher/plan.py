"""A course's plan: progress, rows, variants."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.callbacks.plans import AssignVariant, ChooseVariant, OpenDuePlan, OpenPlan, ShowPlanRows
from handlers.screens import Screens
from handlers.texts.i18n import label
from handlers.texts.plans import plan_screen, rows_screen, variants_screen
from services.actor import Actor
from services.plans import PlanService

router = Router(name="teacher.plan")


@router.callback_query(OpenPlan.filter())
async def open_plan(
    callback: CallbackQuery,
    callback_data: OpenPlan,
    actor: Actor,
    screens: Screens,
    plans: PlanService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    view = await plans.open(actor=actor, course_id=callback_data.course_id)
    await screens.show(callback, plan_screen(view))


@router.callback_query(OpenDuePlan.filter())
async def open_due_plan(
    callback: CallbackQuery,
    callback_data: OpenDuePlan,
    actor: Actor,
    screens: Screens,
    plans: PlanService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    view = await plans.open(actor=actor, course_id=callback_data.course_id)
    await screens.send(callback.from_user.id, plan_screen(view))


@router.callback_query(ShowPlanRows.filter())
async def show_rows(
    callback: CallbackQuery, callback_data: ShowPlanRows, actor: Actor, screens: Screens, plans: PlanService
) -> None:
    await callback.answer()
    view = await plans.open(actor=actor, course_id=callback_data.course_id)
    await screens.show(callback, rows_screen(view, callback_data.page))


@router.callback_query(ChooseVariant.filter())
async def choose_variant(
    callback: CallbackQuery, callback_data: ChooseVariant, actor: Actor, screens: Screens, plans: PlanService
) -> None:
    await callback.answer()
    view = await plans.edit(actor=actor, course_id=callback_data.course_id)
    await screens.show(callback, variants_screen(view))


@router.callback_query(AssignVariant.filter())
async def assign_variant(
    callback: CallbackQuery, callback_data: AssignVariant, actor: Actor, screens: Screens, plans: PlanService
) -> None:
    view = await plans.assign(actor=actor, course_id=callback_data.course_id, topic_id=callback_data.topic_id)
    await callback.answer(label("Теперь по этому варианту"))
    await screens.show(callback, plan_screen(view))
