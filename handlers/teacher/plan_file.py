"""A plan sent as a file: read, shown, and saved only on «Заменить план»."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.plans import SavePlanFile, SendPlanFile
from handlers.files import downloaded
from handlers.screens import Screens
from handlers.texts.i18n import label
from handlers.texts.plan_files import Say, read_file_screen, saved_file_screen, send_file_screen
from services.actor import Actor
from services.errors import InvalidInput, NotFound
from services.plan_files import PlanFileService
from services.plans import PlanService

router = Router(name="teacher.plan_file")


class Sending(StatesGroup):
    """A file is awaited; the data holds the course and the file that was read last, to be read again when it
    is saved."""

    file = State()


@router.callback_query(SendPlanFile.filter())
async def ask_for_file(
    callback: CallbackQuery,
    callback_data: SendPlanFile,
    actor: Actor,
    screens: Screens,
    plans: PlanService,
    state: FSMContext,
) -> None:
    await callback.answer()
    view = await plans.edit(actor=actor, course_id=callback_data.course_id)
    await state.set_data({"course_id": callback_data.course_id})
    await state.set_state(Sending.file)
    await screens.show(callback, send_file_screen(view.course))


@router.message(StateFilter(Sending.file))
async def file_sent(
    message: Message,
    actor: Actor,
    screens: Screens,
    plan_files: PlanFileService,
    say_problem: Say,
    bot: Bot,
    state: FSMContext,
) -> None:
    """The step goes on: whoever corrects the file just sends it again."""
    if message.document is None:
        raise InvalidInput(problem="plan_file_awaited")
    document, name = message.document, message.document.file_name or ""
    course_id = (await state.get_data())["course_id"]
    content = await downloaded(bot, document.file_id, document.file_size)
    try:
        file = await plan_files.check(actor=actor, course_id=course_id, name=name, content=content)
    except NotFound:
        await state.clear()
        raise
    await state.set_data({"course_id": course_id, "file_id": document.file_id, "name": name})
    await screens.show(message, read_file_screen(file, say_problem))


@router.callback_query(SavePlanFile.filter())
async def save_file(
    callback: CallbackQuery,
    callback_data: SavePlanFile,
    actor: Actor,
    screens: Screens,
    plan_files: PlanFileService,
    say_problem: Say,
    bot: Bot,
    state: FSMContext,
) -> None:
    sent = await state.get_data()
    if "file_id" not in sent or sent.get("course_id") != callback_data.course_id:
        raise InvalidInput(problem="plan_file_gone")
    content = await downloaded(bot, sent["file_id"], None)
    file = await plan_files.replace(
        actor=actor, course_id=callback_data.course_id, name=sent["name"], content=content
    )
    if file.changes is None:
        await callback.answer()
        await screens.show(callback, read_file_screen(file, say_problem))
        return
    await state.clear()
    await callback.answer(label("План сохранён"))
    await screens.show(callback, saved_file_screen(file))
