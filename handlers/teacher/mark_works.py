"""The works of a lesson: adding one, and changing its kind, weight and title."""

from __future__ import annotations

from decimal import Decimal

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.marks import (
    AddWork,
    ChooseOtherKind,
    ChooseWorkKind,
    OpenMarks,
    RemoveWork,
    SetKind,
    SetWeight,
    ShowWork,
    TypeTitle,
)
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.i18n import label
from handlers.texts.mark_works import (
    kinds_screen,
    other_kind_screen,
    type_title_screen,
    work_screen,
    works_screen,
)
from handlers.texts.marks import sheet_screen
from services.actor import Account, Actor
from services.marks.giving import MarkService
from services.marks.works import WorkService

router = Router(name="teacher.mark_works")


class Typing(StatesGroup):
    """The title of a work is awaited; the data holds the work."""

    title = State()


@router.callback_query(OpenMarks.filter())
async def open_marks(
    callback: CallbackQuery,
    callback_data: OpenMarks,
    actor: Actor,
    account: Account,
    screens: Screens,
    works: WorkService,
    marks: MarkService,
) -> None:
    await callback.answer()
    page = await works.works(actor=actor, lesson_id=callback_data.lesson_id)
    if len(page.works) == 1:
        sheet = await marks.look(account=account, work_id=page.works[0].work_id)
        await screens.show(callback, sheet_screen(sheet))
        return
    await screens.show(callback, works_screen(page))


@router.callback_query(ChooseWorkKind.filter())
async def choose_kind(
    callback: CallbackQuery, callback_data: ChooseWorkKind, actor: Actor, screens: Screens, works: WorkService
) -> None:
    await callback.answer()
    page = await works.works(actor=actor, lesson_id=callback_data.lesson_id)
    await screens.show(callback, kinds_screen(page))


@router.callback_query(AddWork.filter())
async def add_work(
    callback: CallbackQuery,
    callback_data: AddWork,
    actor: Actor,
    account: Account,
    screens: Screens,
    works: WorkService,
    marks: MarkService,
) -> None:
    work = await works.add(
        actor=actor,
        lesson_id=callback_data.lesson_id,
        kind_id=callback_data.kind_id,
        place=callback_data.place,
    )
    await callback.answer(label("Работа добавлена"))
    await screens.show(callback, sheet_screen(await marks.look(account=account, work_id=work.work_id)))


@router.callback_query(ShowWork.filter())
async def show_work(
    callback: CallbackQuery,
    callback_data: ShowWork,
    actor: Actor,
    screens: Screens,
    works: WorkService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    await screens.show(callback, work_screen(await works.work(actor=actor, work_id=callback_data.work_id)))


@router.callback_query(SetWeight.filter())
async def set_weight(
    callback: CallbackQuery, callback_data: SetWeight, actor: Actor, screens: Screens, works: WorkService
) -> None:
    weight = Decimal(callback_data.tenths) / 10
    work = await works.change(actor=actor, work_id=callback_data.work_id, weight=weight)
    await callback.answer(label("Записано"))
    await screens.show(callback, work_screen(work))


@router.callback_query(ChooseOtherKind.filter())
async def choose_other_kind(
    callback: CallbackQuery,
    callback_data: ChooseOtherKind,
    actor: Actor,
    screens: Screens,
    works: WorkService,
) -> None:
    await callback.answer()
    work = await works.work(actor=actor, work_id=callback_data.work_id)
    await screens.show(callback, other_kind_screen(work, await works.kinds(actor=actor)))


@router.callback_query(SetKind.filter())
async def set_kind(
    callback: CallbackQuery, callback_data: SetKind, actor: Actor, screens: Screens, works: WorkService
) -> None:
    work = await works.change(actor=actor, work_id=callback_data.work_id, kind_id=callback_data.kind_id)
    await callback.answer(label("Записано"))
    await screens.show(callback, work_screen(work))


@router.callback_query(TypeTitle.filter())
async def ask_title(
    callback: CallbackQuery,
    callback_data: TypeTitle,
    actor: Actor,
    screens: Screens,
    works: WorkService,
    state: FSMContext,
) -> None:
    await callback.answer()
    work = await works.work(actor=actor, work_id=callback_data.work_id)
    await state.set_data({"work_id": work.work_id})
    await state.set_state(Typing.title)
    await screens.show(callback, type_title_screen(work))


@router.message(StateFilter(Typing.title))
async def title_typed(
    message: Message, actor: Actor, screens: Screens, works: WorkService, state: FSMContext
) -> None:
    async with answered(state) as step:
        work = await works.change(actor=actor, work_id=step["work_id"], title=message.text or "")
    await screens.show(message, work_screen(work))


@router.callback_query(RemoveWork.filter())
async def remove_work(
    callback: CallbackQuery, callback_data: RemoveWork, actor: Actor, screens: Screens, works: WorkService
) -> None:
    page = await works.remove(actor=actor, work_id=callback_data.work_id)
    await callback.answer(label("Работа убрана"))
    await screens.show(callback, works_screen(page))
