"""«Замечания к журналам»: what class teachers told the deputy (C5)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.reconciliation import CloseOmission, OpenOmission, ShowOmissions
from handlers.screens import Screens
from handlers.texts.i18n import label
from handlers.texts.omissions import omission_screen, omissions_screen
from services.actor import Actor
from services.omissions import OmissionService

router = Router(name="deputy.omissions")


@router.callback_query(ShowOmissions.filter())
async def show_omissions(
    callback: CallbackQuery,
    callback_data: ShowOmissions,
    actor: Actor,
    screens: Screens,
    omissions: OmissionService,
) -> None:
    await callback.answer()
    await screens.show(callback, omissions_screen(await omissions.open(actor=actor), callback_data.page))


@router.callback_query(OpenOmission.filter())
async def open_omission(
    callback: CallbackQuery,
    callback_data: OpenOmission,
    actor: Actor,
    screens: Screens,
    omissions: OmissionService,
) -> None:
    await callback.answer()
    one = await omissions.show(actor=actor, **callback_data.model_dump())
    await screens.show(callback, omission_screen(one))


@router.callback_query(CloseOmission.filter())
async def close(
    callback: CallbackQuery,
    callback_data: CloseOmission,
    actor: Actor,
    screens: Screens,
    omissions: OmissionService,
) -> None:
    one = await omissions.close(actor=actor, **callback_data.model_dump())
    await callback.answer(label("Закрыто"))
    await screens.show(callback, omission_screen(one))
