"""«Объявления»: the list. What one of them did to whom is in its own screen."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.broadcasts import ShowBroadcasts
from handlers.screens import Screens
from handlers.texts.broadcast_list import broadcasts_screen
from services.actor import Actor
from services.broadcasts.listing import ListService

router = Router(name="class_teacher.broadcast_list")


@router.callback_query(ShowBroadcasts.filter())
async def show(
    callback: CallbackQuery,
    callback_data: ShowBroadcasts,
    actor: Actor,
    screens: Screens,
    broadcast_list: ListService,
) -> None:
    await callback.answer()
    page = await broadcast_list.page(actor=actor, page=callback_data.page)
    await screens.show(callback, broadcasts_screen(page, actor.zone))
