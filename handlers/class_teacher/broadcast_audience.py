"""Whom a broadcast is for. Every button sets a state."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.broadcast_drafts import (
    ChooseAudience,
    ChooseFamilies,
    SetAudienceGrade,
    SetAudienceGroup,
    SetFamily,
    SetPupilsToo,
)
from handlers.screens import Screens
from handlers.texts.broadcast_audience import audience_screen, families_screen
from services.actor import Actor
from services.broadcasts.audience import AudienceForm, AudienceService

router = Router(name="class_teacher.broadcast_audience")

Choice = ChooseAudience | SetAudienceGroup | SetAudienceGrade | SetPupilsToo


@router.callback_query(ChooseAudience.filter())
@router.callback_query(SetAudienceGroup.filter())
@router.callback_query(SetAudienceGrade.filter())
@router.callback_query(SetPupilsToo.filter())
async def choose(
    callback: CallbackQuery,
    callback_data: Choice,
    actor: Actor,
    screens: Screens,
    broadcast_audience: AudienceService,
) -> None:
    form = await _chosen(callback_data, actor, broadcast_audience)
    await callback.answer()
    await screens.show(callback, audience_screen(form, callback_data.page))


async def _chosen(choice: Choice, actor: Actor, audience: AudienceService) -> AudienceForm:
    broadcast_id = choice.broadcast_id
    match choice:
        case SetAudienceGroup(group_id=group_id, chosen=chosen):
            return await audience.set_group(
                actor=actor, broadcast_id=broadcast_id, group_id=group_id, chosen=chosen
            )
        case SetAudienceGrade(grade=0):
            return await audience.set_school(actor=actor, broadcast_id=broadcast_id)
        case SetAudienceGrade(grade=grade):
            return await audience.set_grade(actor=actor, broadcast_id=broadcast_id, grade=grade)
        case SetPupilsToo(chosen=chosen):
            return await audience.set_pupils_too(actor=actor, broadcast_id=broadcast_id, chosen=chosen)
    return await audience.form(actor=actor, broadcast_id=broadcast_id)


@router.callback_query(ChooseFamilies.filter())
async def choose_families(
    callback: CallbackQuery,
    callback_data: ChooseFamilies,
    actor: Actor,
    screens: Screens,
    broadcast_audience: AudienceService,
) -> None:
    await callback.answer()
    form = await broadcast_audience.families(
        actor=actor, broadcast_id=callback_data.broadcast_id, group_id=callback_data.group_id
    )
    await screens.show(callback, families_screen(form, callback_data.page))


@router.callback_query(SetFamily.filter())
async def set_family(
    callback: CallbackQuery,
    callback_data: SetFamily,
    actor: Actor,
    screens: Screens,
    broadcast_audience: AudienceService,
) -> None:
    form = await broadcast_audience.set_family(
        actor=actor,
        broadcast_id=callback_data.broadcast_id,
        pupil_id=callback_data.pupil_id,
        chosen=callback_data.chosen,
    )
    await callback.answer()
    await screens.show(callback, families_screen(form, callback_data.page))
