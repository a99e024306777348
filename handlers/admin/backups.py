"""How old the last back-up is, and whether it can be restored (O1, O2)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.backups import ShowBackups
from handlers.screens import Screens
from handlers.texts.backups import backups_screen
from services.actor import Actor
from services.backups import BackupService
from services.clock import Clock

router = Router(name="admin.backups")


@router.callback_query(ShowBackups.filter())
async def show_backups(
    callback: CallbackQuery, actor: Actor, screens: Screens, backups: BackupService, clock: Clock
) -> None:
    await callback.answer()
    view = await backups.view(actor=actor)
    await screens.show(callback, backups_screen(view, actor.zone, actor.day_of(clock.now())))
