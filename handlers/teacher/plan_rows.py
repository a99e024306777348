"""Correcting a plan row by row."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.callbacks.plans import (
    AskRemovePlanRow,
    MovePlanRow,
    RemovePlanRow,
    SetPlanKind,
    ShowPlanRow,
)
from handlers.screens import Screens
from handlers.texts.i18n import label
from handlers.texts.plan_rows import ask_remove_screen, row_screen
from handlers.texts.plans import ROWS_A_PAGE, plan_screen, rows_screen
from services.actor import Actor
from services.plan_rows import PlanRowService
from services.plans import PlanService

router = Router(name="teacher.plan_rows")


@router.callback_query(ShowPlanRow.filter())
async def show_row(
    callback: CallbackQuery,
    callback_data: ShowPlanRow,
    actor: Actor,
    screens: Screens,
    plan_rows: PlanRowService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    page = await plan_rows.row(actor=actor, **callback_data.model_dump())
    await screens.show(callback, row_screen(page))


@router.callback_query(SetPlanKind.filter())
async def set_kind(
    callback: CallbackQuery,
    callback_data: SetPlanKind,
    actor: Actor,
    screens: Screens,
    plan_rows: PlanRowService,
) -> None:
    page = await plan_rows.set_kind(actor=actor, **callback_data.model_dump())
    await callback.answer(label("Записано"))
    await screens.show(callback, row_screen(page))


@router.callback_query(MovePlanRow.filter())
async def move(
    callback: CallbackQuery,
    callback_data: MovePlanRow,
    actor: Actor,
    screens: Screens,
    plan_rows: PlanRowService,
) -> None:
    page = await plan_rows.move(actor=actor, **callback_data.model_dump())
    await callback.answer(label("Теперь № {n}", n=page.taught.row.number))
    await screens.show(callback, row_screen(page))


@router.callback_query(AskRemovePlanRow.filter())
async def ask_remove(
    callback: CallbackQuery,
    callback_data: AskRemovePlanRow,
    actor: Actor,
    screens: Screens,
    plan_rows: PlanRowService,
) -> None:
    await callback.answer()
    page = await plan_rows.row(actor=actor, **callback_data.model_dump())
    await screens.show(callback, ask_remove_screen(page))


@router.callback_query(RemovePlanRow.filter())
async def remove(
    callback: CallbackQuery,
    callback_data: RemovePlanRow,
    actor: Actor,
    screens: Screens,
    plan_rows: PlanRowService,
    plans: PlanService,
) -> None:
    index = await plan_rows.remove(actor=actor, **callback_data.model_dump())
    await callback.answer(label("Тема убрана"))
    view = await plans.edit(actor=actor, course_id=callback_data.course_id)
    await screens.show(callback, rows_screen(view, index // ROWS_A_PAGE) if view.rows else plan_screen(view))
