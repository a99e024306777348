"""Subgroups of a class in a subject: who is where, proposing a move, agreeing to it (S2)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.subgroups import (
    AgreeSubgroup,
    ChooseMovedPupil,
    ChooseSubgroup,
    ChooseSubgroupDay,
    DeclineSubgroup,
    OpenSubgroups,
    ProposeSubgroup,
    ShowSubgroupChange,
)
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.subgroup_changes import answered_toast, change_screen, opened_change_screen
from handlers.texts.subgroups import (
    choose_day_screen,
    choose_pupil_screen,
    choose_subgroup_screen,
    subgroups_screen,
)
from services.actor import Actor
from services.errors import NotFound
from services.subgroups import SubgroupService

router = Router(name="teacher.subgroups")


@router.callback_query(OpenSubgroups.filter())
async def open_subgroups(
    callback: CallbackQuery,
    callback_data: OpenSubgroups,
    actor: Actor,
    screens: Screens,
    subgroups: SubgroupService,
) -> None:
    await callback.answer()
    page = await subgroups.show(actor=actor, course_id=callback_data.course_id)
    await screens.show(callback, subgroups_screen(page))


@router.callback_query(ChooseMovedPupil.filter())
async def choose_pupil(
    callback: CallbackQuery,
    callback_data: ChooseMovedPupil,
    actor: Actor,
    screens: Screens,
    subgroups: SubgroupService,
) -> None:
    await callback.answer()
    page = await subgroups.show(actor=actor, course_id=callback_data.course_id)
    await screens.show(callback, choose_pupil_screen(page, callback_data.page))


@router.callback_query(ChooseSubgroup.filter())
async def choose_subgroup(
    callback: CallbackQuery,
    callback_data: ChooseSubgroup,
    actor: Actor,
    screens: Screens,
    subgroups: SubgroupService,
) -> None:
    await callback.answer()
    page = await subgroups.show(actor=actor, course_id=callback_data.course_id)
    for member in page.members:
        if member.pupil_id == callback_data.pupil_id:
            await screens.show(callback, choose_subgroup_screen(page, member))
            return
    raise NotFound


@router.callback_query(ChooseSubgroupDay.filter())
async def choose_day(
    callback: CallbackQuery,
    callback_data: ChooseSubgroupDay,
    actor: Actor,
    screens: Screens,
    subgroups: SubgroupService,
) -> None:
    await callback.answer()
    move = await subgroups.move(
        actor=actor, to_course_id=callback_data.course_id, pupil_id=callback_data.pupil_id
    )
    await screens.show(callback, choose_day_screen(move))


@router.callback_query(ProposeSubgroup.filter())
async def propose(
    callback: CallbackQuery,
    callback_data: ProposeSubgroup,
    actor: Actor,
    screens: Screens,
    subgroups: SubgroupService,
) -> None:
    change = await subgroups.propose(
        actor=actor,
        to_course_id=callback_data.course_id,
        pupil_id=callback_data.pupil_id,
        starts_on=day_of(callback_data.starts_on),
    )
    await callback.answer(answered_toast(change))
    await screens.show(callback, opened_change_screen(change))


@router.callback_query(ShowSubgroupChange.filter())
async def show_change(
    callback: CallbackQuery,
    callback_data: ShowSubgroupChange,
    actor: Actor,
    screens: Screens,
    subgroups: SubgroupService,
) -> None:
    await callback.answer()
    change = await subgroups.change(actor=actor, change_id=callback_data.change_id)
    await screens.show(callback, opened_change_screen(change))


@router.callback_query(AgreeSubgroup.filter())
async def agree(
    callback: CallbackQuery,
    callback_data: AgreeSubgroup,
    actor: Actor,
    screens: Screens,
    subgroups: SubgroupService,
) -> None:
    change = await subgroups.agree(actor=actor, change_id=callback_data.change_id)
    await callback.answer(answered_toast(change))
    await screens.show(callback, change_screen(change))


@router.callback_query(DeclineSubgroup.filter())
async def decline(
    callback: CallbackQuery,
    callback_data: DeclineSubgroup,
    actor: Actor,
    screens: Screens,
    subgroups: SubgroupService,
) -> None:
    change = await subgroups.decline(actor=actor, change_id=callback_data.change_id)
    await callback.answer(answered_toast(change))
    await screens.show(callback, change_screen(change))
