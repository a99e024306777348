"""To whom to write (C1)."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.callbacks.threads import (
    ChooseAddressee,
    ChooseFamily,
    ChoosePupilToWrite,
    ChooseSubject,
    OpenAddressees,
    WriteToClassTeacher,
)
from handlers.common.threads_writing import asked, leave_form
from handlers.screen import Screen
from handlers.screens import Screens
from handlers.texts.thread_addressees import (
    choose_addressee_screen,
    choose_family_screen,
    choose_pupil_screen,
    choose_subject_screen,
)
from services.actor import Actor
from services.clock import Clock
from services.threads.addressing import AddresseeService
from services.threads.writing import ThreadService

router = Router(name="common.threads_addressees")


@router.callback_query(ChooseAddressee.filter())
async def choose_addressee(
    callback: CallbackQuery,
    callback_data: ChooseAddressee,
    actor: Actor,
    screens: Screens,
    addressees: AddresseeService,
    state: FSMContext,
) -> None:
    who = await addressees.addressees(actor=actor, pupil_id=callback_data.pupil_id)
    await _ask(callback, screens, state, choose_addressee_screen(who))


@router.callback_query(OpenAddressees.filter())
async def open_addressees(
    callback: CallbackQuery,
    callback_data: OpenAddressees,
    actor: Actor,
    screens: Screens,
    addressees: AddresseeService,
    state: FSMContext,
) -> None:
    who = await addressees.addressees(actor=actor, pupil_id=callback_data.pupil_id)
    await callback.answer()
    await leave_form(state)
    await screens.send(callback.from_user.id, choose_addressee_screen(who))


@router.callback_query(ChooseSubject.filter())
async def choose_subject(
    callback: CallbackQuery,
    callback_data: ChooseSubject,
    actor: Actor,
    screens: Screens,
    addressees: AddresseeService,
    state: FSMContext,
) -> None:
    who = await addressees.addressees(actor=actor, pupil_id=callback_data.pupil_id)
    await _ask(callback, screens, state, choose_subject_screen(who, callback_data.staff_id))


@router.callback_query(WriteToClassTeacher.filter())
async def write_to_class_teacher(
    callback: CallbackQuery,
    callback_data: WriteToClassTeacher,
    actor: Actor,
    screens: Screens,
    clock: Clock,
    addressees: AddresseeService,
    threads: ThreadService,
    state: FSMContext,
) -> None:
    """At once to the only one; who has none, several, or may not write just now, chooses."""
    who = await addressees.addressees(actor=actor, pupil_id=callback_data.pupil_id)
    if len(who.class_teachers) == 1 and who.mute is None:
        [teacher] = who.class_teachers
        view = await addressees.with_school(actor=actor, pupil_id=who.pupil_id, staff_id=teacher.person_id)
        screen = await asked(view.thread.thread_id, actor, clock, threads, state)
    else:
        await leave_form(state)
        screen = choose_addressee_screen(who)
    await callback.answer()
    await screens.show(callback, screen)


@router.callback_query(ChoosePupilToWrite.filter())
async def choose_pupil(
    callback: CallbackQuery,
    callback_data: ChoosePupilToWrite,
    actor: Actor,
    screens: Screens,
    addressees: AddresseeService,
    state: FSMContext,
) -> None:
    pupils = await addressees.pupils_of_course(actor=actor, course_id=callback_data.course_id)
    await _ask(callback, screens, state, choose_pupil_screen(pupils, callback_data.page))


@router.callback_query(ChooseFamily.filter())
async def choose_family(
    callback: CallbackQuery,
    callback_data: ChooseFamily,
    actor: Actor,
    screens: Screens,
    addressees: AddresseeService,
    state: FSMContext,
) -> None:
    families = await addressees.families(actor=actor, pupil_id=callback_data.pupil_id)
    await _ask(callback, screens, state, choose_family_screen(families))


async def _ask(callback: CallbackQuery, screens: Screens, state: FSMContext, question: Screen) -> None:
    """Whoever looks for another is not writing to the last one any more."""
    await callback.answer()
    await leave_form(state)
    await screens.show(callback, question)
