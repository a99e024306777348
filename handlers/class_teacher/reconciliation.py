"""«Сверка недели» and the totals of a class."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.reconciliation import (
    MarkReconciled,
    SendAbsenceTotals,
    ShowAbsenceTotals,
    ShowReconciliation,
)
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.class_totals import totals_file, totals_screen
from handlers.texts.i18n import label
from handlers.texts.reconciliation import week_screen
from services.actor import Actor
from services.documents.papers import PaperService
from services.reconciliation import ReconciliationService

router = Router(name="class_teacher.reconciliation")


@router.callback_query(ShowReconciliation.filter())
async def show_week(
    callback: CallbackQuery,
    callback_data: ShowReconciliation,
    actor: Actor,
    screens: Screens,
    reconciliation: ReconciliationService,
) -> None:
    await callback.answer()
    monday = day_of(callback_data.monday)
    week = await reconciliation.week(actor=actor, group_id=callback_data.group_id, monday=monday)
    await screens.show(callback, week_screen(week, actor.zone, callback_data.page))


@router.callback_query(MarkReconciled.filter())
async def reconcile(
    callback: CallbackQuery,
    callback_data: MarkReconciled,
    actor: Actor,
    screens: Screens,
    reconciliation: ReconciliationService,
) -> None:
    monday = day_of(callback_data.monday)
    week = await reconciliation.reconcile(actor=actor, group_id=callback_data.group_id, monday=monday)
    await callback.answer(label("Сверено"))
    await screens.show(callback, week_screen(week, actor.zone))


@router.callback_query(ShowAbsenceTotals.filter())
async def show_totals(
    callback: CallbackQuery,
    callback_data: ShowAbsenceTotals,
    actor: Actor,
    screens: Screens,
    reconciliation: ReconciliationService,
) -> None:
    await callback.answer()
    totals = await reconciliation.totals(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, totals_screen(totals, callback_data.term_id, callback_data.page))


@router.callback_query(SendAbsenceTotals.filter())
async def send_totals(
    callback: CallbackQuery,
    callback_data: SendAbsenceTotals,
    actor: Actor,
    screens: Screens,
    reconciliation: ReconciliationService,
    papers: PaperService,
) -> None:
    await callback.answer()
    totals = await reconciliation.totals(actor=actor, group_id=callback_data.group_id)
    await screens.show(
        callback, await papers.make(actor, ("group", callback_data.group_id), totals_file, totals)
    )
