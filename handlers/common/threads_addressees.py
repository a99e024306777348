"""To whom to write (C1)."""

from __future__ import annotations

from aiogram.types import CallbackQuery

from handlers.callbacks.threads import ChooseAddressee, ChooseFamily, ChoosePupilToWrite, OpenAddressees
from handlers.routing import screen_router
from handlers.screen import Screens
from handlers.texts.thread_writing import choose_addressee_screen, choose_family_screen, choose_pupil_screen
from services.actor import Actor
from services.threads.addressing import AddresseeService

router = screen_router(
    "common.threads_addressees", ChooseAddressee, OpenAddressees, ChoosePupilToWrite, ChooseFamily
)


@router.callback_query(ChooseAddressee.filter())
async def choose_addressee(
    callback: CallbackQuery,
    callback_data: ChooseAddressee,
    actor: Actor,
    screens: Screens,
    addressees: AddresseeService,
) -> None:
    who = await addressees.addressees(actor=actor, pupil_id=callback_data.pupil_id)
    await callback.answer()
    await screens.show(callback, choose_addressee_screen(who))


@router.callback_query(OpenAddressees.filter())
async def open_addressees(
    callback: CallbackQuery,
    callback_data: OpenAddressees,
    actor: Actor,
    screens: Screens,
    addressees: AddresseeService,
) -> None:
    who = await addressees.addressees(actor=actor, pupil_id=callback_data.pupil_id)
    await callback.answer()
    await screens.send(callback.from_user.id, choose_addressee_screen(who))


@router.callback_query(ChoosePupilToWrite.filter())
async def choose_pupil(
    callback: CallbackQuery,
    callback_data: ChoosePupilToWrite,
    actor: Actor,
    screens: Screens,
    addressees: AddresseeService,
) -> None:
    pupils = await addressees.pupils_of_course(actor=actor, course_id=callback_data.course_id)
    await callback.answer()
    await screens.show(callback, choose_pupil_screen(pupils, callback_data.page))


@router.callback_query(ChooseFamily.filter())
async def choose_family(
    callback: CallbackQuery,
    callback_data: ChooseFamily,
    actor: Actor,
    screens: Screens,
    addressees: AddresseeService,
) -> None:
    families = await addressees.families(actor=actor, pupil_id=callback_data.pupil_id)
    await callback.answer()
    await screens.show(callback, choose_family_screen(families))
