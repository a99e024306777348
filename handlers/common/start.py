"""/start, the main menu and help."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.menu import AskLeave, Help, Home, Leave
from handlers.common.entering import try_code
from handlers.common.stranger import turn_away
from handlers.common.threads_writing import leave_form
from handlers.routing import STRANGERS_TOO
from handlers.screen import Screen
from handlers.screens import Screens
from handlers.texts.help import help_screen, leave_screen, left_screen
from handlers.texts.lesson_card import lesson_screen
from handlers.texts.menu import home_screen
from services.access.binding import BindingService
from services.actor import Account, Actor
from services.home import HomeService
from services.lessons import LessonService
from services.threads.addressing import AddresseeService

router = Router(name="common.start")


@router.message(CommandStart(deep_link=True), flags=STRANGERS_TOO)
async def start_with_code(
    message: Message,
    command: CommandObject,
    account: Account,
    state: FSMContext,
    screens: Screens,
    bindings: BindingService,
) -> None:
    """A tap on the invitation's link or a look at its QR code."""
    await try_code(command.args or "", account, state, screens, bindings)


@router.message(CommandStart(), flags=STRANGERS_TOO)
async def start(
    message: Message,
    account: Account,
    actor: Actor | None,
    state: FSMContext,
    screens: Screens,
    bindings: BindingService,
    home: HomeService,
    lessons: LessonService,
) -> None:
    """The main menu; for a teacher in the middle of a lesson, that lesson (product.md, idea 1)."""
    await state.clear()
    if actor is None:
        await turn_away(message, account, screens, bindings)
        return
    if actor.staff_roles:
        day = await lessons.day(actor=actor, at=message.date)
        if running := day.running():
            await screens.show(message, lesson_screen(day, running, actor.zone))
            return
    await screens.show(message, home_screen(actor, await home.view(actor=actor)))


@router.callback_query(Home.filter())
async def show_home(
    callback: CallbackQuery, actor: Actor, screens: Screens, home: HomeService, state: FSMContext
) -> None:
    await callback.answer()
    await leave_form(state)
    await screens.show(callback, home_screen(actor, await home.view(actor=actor)))


@router.message(Command("help"), flags=STRANGERS_TOO)
async def help_command(
    message: Message, actor: Actor | None, screens: Screens, addressees: AddresseeService
) -> None:
    await screens.show(message, await _help(actor, addressees))


@router.callback_query(Help.filter(), flags=STRANGERS_TOO)
async def show_help(
    callback: CallbackQuery, actor: Actor | None, screens: Screens, addressees: AddresseeService
) -> None:
    await callback.answer()
    await screens.show(callback, await _help(actor, addressees))


async def _help(actor: Actor | None, addressees: AddresseeService) -> Screen:
    return help_screen(actor, None if actor is None else await addressees.help_week(actor=actor))


@router.callback_query(AskLeave.filter())
async def ask_leave(callback: CallbackQuery, screens: Screens) -> None:
    await callback.answer()
    await screens.show(callback, leave_screen())


@router.callback_query(Leave.filter())
async def leave(callback: CallbackQuery, actor: Actor, screens: Screens, bindings: BindingService) -> None:
    await bindings.leave(actor=actor)
    await callback.answer()
    await screens.show(callback, left_screen())
