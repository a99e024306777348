"""Words that are typed into a plan: of a row that is there, or of a new one."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.plans import AddFirstPlanRow, AddPlanRow, TypePlanHomework, TypePlanTopic
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.plan_rows import (
    homework_asked,
    new_row_asked,
    row_screen,
    topic_asked,
    type_first_row_screen,
    type_row_screen,
)
from services.actor import Actor
from services.plan_rows import PlanRowService
from services.plans import PlanService

router = Router(name="teacher.plan_typing")


class Typing(StatesGroup):
    """Words are awaited; the data holds the course and the row, or the row before a new one."""

    topic = State()
    homework = State()
    new_row = State()


ASKED = {
    TypePlanTopic: (Typing.topic, topic_asked),
    TypePlanHomework: (Typing.homework, homework_asked),
    AddPlanRow: (Typing.new_row, new_row_asked),
}


@router.callback_query(TypePlanTopic.filter())
@router.callback_query(TypePlanHomework.filter())
@router.callback_query(AddPlanRow.filter())
async def ask(
    callback: CallbackQuery,
    callback_data: TypePlanTopic | TypePlanHomework | AddPlanRow,
    actor: Actor,
    screens: Screens,
    plan_rows: PlanRowService,
    state: FSMContext,
) -> None:
    await callback.answer()
    course_id, topic_id = callback_data.course_id, callback_data.topic_id
    page = await plan_rows.row(actor=actor, course_id=course_id, topic_id=topic_id)
    step, asked = ASKED[type(callback_data)]
    await state.set_data({"course_id": course_id, "topic_id": topic_id})
    await state.set_state(step)
    await screens.show(callback, type_row_screen(page, asked()))


@router.callback_query(AddFirstPlanRow.filter())
async def ask_for_first(
    callback: CallbackQuery,
    callback_data: AddFirstPlanRow,
    actor: Actor,
    screens: Screens,
    plans: PlanService,
    state: FSMContext,
) -> None:
    await callback.answer()
    view = await plans.edit(actor=actor, course_id=callback_data.course_id)
    await state.set_data({"course_id": callback_data.course_id, "topic_id": None})
    await state.set_state(Typing.new_row)
    await screens.show(callback, type_first_row_screen(view.course))


@router.message(StateFilter(Typing.topic))
async def topic_typed(
    message: Message, actor: Actor, screens: Screens, plan_rows: PlanRowService, state: FSMContext
) -> None:
    async with answered(state) as step:
        page = await plan_rows.set_topic(actor=actor, **step, text=message.text or "")
    await screens.show(message, row_screen(page))


@router.message(StateFilter(Typing.homework))
async def homework_typed(
    message: Message, actor: Actor, screens: Screens, plan_rows: PlanRowService, state: FSMContext
) -> None:
    async with answered(state) as step:
        page = await plan_rows.set_homework(actor=actor, **step, text=message.text or "")
    await screens.show(message, row_screen(page))


@router.message(StateFilter(Typing.new_row))
async def new_row_typed(
    message: Message, actor: Actor, screens: Screens, plan_rows: PlanRowService, state: FSMContext
) -> None:
    async with answered(state) as step:
        page = await plan_rows.add(
            actor=actor, course_id=step["course_id"], after=step["topic_id"], text=message.text or ""
        )
    await screens.show(message, row_screen(page))
