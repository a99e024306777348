"""«Изменения»: who changed what in a lesson, or on a page of final marks (J5)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.changes import ShowFinalsHistory, ShowHistory, ShowHistoryPage
from handlers.screens import Screens
from handlers.texts.history import finals_history_screen, history_screen
from services.actor import Actor
from services.history import HistoryService

router = Router(name="common.history")


@router.callback_query(ShowHistory.filter())
async def show_history(
    callback: CallbackQuery,
    callback_data: ShowHistory,
    actor: Actor,
    screens: Screens,
    history: HistoryService,
) -> None:
    await callback.answer()
    view = await history.lesson(actor=actor, lesson_id=callback_data.lesson_id)
    await screens.show(callback, history_screen(view, actor.zone))


@router.callback_query(ShowHistoryPage.filter())
async def show_page(
    callback: CallbackQuery,
    callback_data: ShowHistoryPage,
    actor: Actor,
    screens: Screens,
    history: HistoryService,
) -> None:
    await callback.answer()
    view = await history.lesson(actor=actor, lesson_id=callback_data.lesson_id, page=callback_data.page)
    await screens.show(callback, history_screen(view, actor.zone))


@router.callback_query(ShowFinalsHistory.filter())
async def show_finals_history(
    callback: CallbackQuery,
    callback_data: ShowFinalsHistory,
    actor: Actor,
    screens: Screens,
    history: HistoryService,
) -> None:
    await callback.answer()
    view = await history.finals(actor=actor, **callback_data.model_dump())
    await screens.show(callback, finals_history_screen(view, actor.zone))
