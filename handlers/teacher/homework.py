"""What is set in a lesson: reading it, «Дома ничего», taking a task back (J3)."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.callbacks.homework import (
    AskWithdraw,
    DropDraft,
    NoHomework,
    OpenHomework,
    ShowOwnFiles,
    WithdrawHomework,
)
from handlers.files import send_files
from handlers.screens import Screens
from handlers.teacher.homework_steps import await_task
from handlers.texts.homework import homework_screen, withdraw_screen
from handlers.texts.i18n import label
from services.actor import Actor
from services.files import FileService
from services.homework import HomeworkService
from services.homework_drafting import HomeworkDraftService

router = Router(name="teacher.homework")


@router.callback_query(OpenHomework.filter())
async def open_homework(
    callback: CallbackQuery,
    callback_data: OpenHomework,
    actor: Actor,
    screens: Screens,
    homework: HomeworkService,
    homework_drafts: HomeworkDraftService,
    state: FSMContext,
) -> None:
    """What is typed from now on is a task of this lesson."""
    await callback.answer()
    await state.clear()
    view = await homework.lesson(actor=actor, lesson_id=callback_data.lesson_id)
    if not view.locked:
        await await_task(state, await homework_drafts.new(actor=actor, lesson_id=callback_data.lesson_id))
    await screens.show(callback, homework_screen(view, actor.zone))


@router.callback_query(DropDraft.filter())
async def drop_draft(
    callback: CallbackQuery,
    callback_data: DropDraft,
    actor: Actor,
    screens: Screens,
    homework: HomeworkService,
    homework_drafts: HomeworkDraftService,
    state: FSMContext,
) -> None:
    opened = OpenHomework(lesson_id=callback_data.lesson_id)
    await open_homework(callback, opened, actor, screens, homework, homework_drafts, state)


@router.callback_query(NoHomework.filter())
async def no_homework(
    callback: CallbackQuery,
    callback_data: NoHomework,
    actor: Actor,
    screens: Screens,
    homework: HomeworkService,
) -> None:
    view = await homework.nothing(actor=actor, lesson_id=callback_data.lesson_id)
    await callback.answer(label("Записано"))
    await screens.show(callback, homework_screen(view, actor.zone))


@router.callback_query(AskWithdraw.filter())
async def ask_withdraw(
    callback: CallbackQuery,
    callback_data: AskWithdraw,
    actor: Actor,
    screens: Screens,
    homework: HomeworkService,
) -> None:
    await callback.answer()
    view, task = await homework.task(actor=actor, homework_id=callback_data.homework_id)
    await screens.show(callback, withdraw_screen(view, task))


@router.callback_query(WithdrawHomework.filter())
async def withdraw(
    callback: CallbackQuery,
    callback_data: WithdrawHomework,
    actor: Actor,
    screens: Screens,
    homework: HomeworkService,
) -> None:
    view = await homework.withdraw(actor=actor, homework_id=callback_data.homework_id)
    await callback.answer(label("Задание снято"))
    await screens.show(callback, homework_screen(view, actor.zone))


@router.callback_query(ShowOwnFiles.filter())
async def show_own_files(
    callback: CallbackQuery,
    callback_data: ShowOwnFiles,
    actor: Actor,
    bot: Bot,
    homework: HomeworkService,
    files: FileService,
) -> None:
    await callback.answer()
    stored = await homework.files(actor=actor, homework_id=callback_data.homework_id)
    await send_files(bot, callback.from_user.id, stored, files)
