"""Codes and decisions about who gets in; for the class teacher, and for the administrator the same (U2)."""

from __future__ import annotations

import asyncio

from aiogram import Bot, Router
from aiogram.types import CallbackQuery

from handlers.callbacks.compromise import AskFreeze, Freeze
from handlers.callbacks.families import (
    ConfirmBinding,
    DeclineBinding,
    ReissueCode,
    RevokeCode,
    ShowCode,
    ShowMisused,
    ShowWaiting,
)
from handlers.screens import Screens
from handlers.texts.access_notices import misused_screen, pending_screen
from handlers.texts.cards import (
    ask_freeze_screen,
    code_screen,
    confirmed_toast,
    decided_screen,
    declined_toast,
    frozen_screen,
    revoked_screen,
)
from services.access.binding import BindingService
from services.access.compromise import CompromiseService
from services.access.invitations import InvitationService, InvitationView, deep_link
from services.access.notices import AccessNoticeService
from services.actor import Actor
from services.documents.qr import qr_png

router = Router(name="class_teacher.invitations")


@router.callback_query(ShowCode.filter())
async def show_code(
    callback: CallbackQuery,
    callback_data: ShowCode,
    actor: Actor,
    bot: Bot,
    screens: Screens,
    invitations: InvitationService,
) -> None:
    await callback.answer()
    invitation = await invitations.show(actor=actor, person_id=callback_data.person_id)
    await _show(callback, invitation, actor, bot, screens)


@router.callback_query(ReissueCode.filter())
async def reissue_code(
    callback: CallbackQuery,
    callback_data: ReissueCode,
    actor: Actor,
    bot: Bot,
    screens: Screens,
    invitations: InvitationService,
) -> None:
    await callback.answer()
    invitation = await invitations.reissue(actor=actor, person_id=callback_data.person_id)
    await _show(callback, invitation, actor, bot, screens)


@router.callback_query(RevokeCode.filter())
async def revoke_code(
    callback: CallbackQuery,
    callback_data: RevokeCode,
    actor: Actor,
    screens: Screens,
    invitations: InvitationService,
) -> None:
    await invitations.revoke(actor=actor, person_id=callback_data.person_id)
    await callback.answer()
    await screens.show(callback, revoked_screen())


@router.callback_query(ShowMisused.filter())
async def show_misused(
    callback: CallbackQuery,
    callback_data: ShowMisused,
    actor: Actor,
    screens: Screens,
    access_notices: AccessNoticeService,
) -> None:
    await callback.answer()
    misused = await access_notices.misused(actor=actor, invitation_id=callback_data.invitation_id)
    await screens.show(callback, misused_screen(misused))


@router.callback_query(ShowWaiting.filter())
async def show_waiting(
    callback: CallbackQuery,
    callback_data: ShowWaiting,
    actor: Actor,
    screens: Screens,
    access_notices: AccessNoticeService,
) -> None:
    await callback.answer()
    waiting = await access_notices.waiting(actor=actor, binding_id=callback_data.binding_id)
    await screens.show(callback, pending_screen(waiting))


@router.callback_query(ConfirmBinding.filter())
async def confirm(
    callback: CallbackQuery,
    callback_data: ConfirmBinding,
    actor: Actor,
    screens: Screens,
    bindings: BindingService,
) -> None:
    await bindings.confirm(actor=actor, binding_id=callback_data.binding_id)
    await callback.answer(confirmed_toast())
    await screens.show(callback, decided_screen(let_in=True))


@router.callback_query(DeclineBinding.filter())
async def decline(
    callback: CallbackQuery,
    callback_data: DeclineBinding,
    actor: Actor,
    screens: Screens,
    bindings: BindingService,
) -> None:
    await bindings.decline(actor=actor, binding_id=callback_data.binding_id)
    await callback.answer(declined_toast())
    await screens.show(callback, decided_screen(let_in=False))


@router.callback_query(AskFreeze.filter())
async def ask_freeze(callback: CallbackQuery, callback_data: AskFreeze, screens: Screens) -> None:
    await callback.answer()
    await screens.show(callback, ask_freeze_screen(callback_data.person_id))


@router.callback_query(Freeze.filter())
async def freeze(
    callback: CallbackQuery,
    callback_data: Freeze,
    actor: Actor,
    screens: Screens,
    compromises: CompromiseService,
) -> None:
    await compromises.report(actor=actor, person_id=callback_data.person_id)
    await callback.answer()
    await screens.show(callback, frozen_screen(callback_data.person_id))


async def _show(
    callback: CallbackQuery, invitation: InvitationView, actor: Actor, bot: Bot, screens: Screens
) -> None:
    me = await bot.me()
    link = deep_link(me.username or "", invitation.payload)
    picture = await asyncio.to_thread(qr_png, link)
    await screens.show(callback, code_screen(invitation, link, picture, actor.zone))
