"""The topic of a lesson: a row of the plan in one tap, or typed."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.topics import (
    ChooseTopic,
    OpenTopic,
    RewordTopic,
    SetTopicKind,
    TakeTopic,
    TypeTopic,
)
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.i18n import label
from handlers.texts.topics import other_topic_screen, topic_screen, type_topic_screen
from services.actor import Actor
from services.topics import TopicService

router = Router(name="teacher.topic")


class Typing(StatesGroup):
    """The words of a topic are awaited; the data holds the lesson."""

    own = State()
    other_words = State()


@router.callback_query(OpenTopic.filter())
async def open_topic(
    callback: CallbackQuery,
    callback_data: OpenTopic,
    actor: Actor,
    screens: Screens,
    topics: TopicService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    page = await topics.open(actor=actor, lesson_id=callback_data.lesson_id)
    await screens.show(callback, topic_screen(page, actor.zone))


@router.callback_query(ChooseTopic.filter())
async def choose(
    callback: CallbackQuery, callback_data: ChooseTopic, actor: Actor, screens: Screens, topics: TopicService
) -> None:
    await callback.answer()
    plan = await topics.choose(actor=actor, lesson_id=callback_data.lesson_id)
    await screens.show(callback, other_topic_screen(plan, callback_data.page))


@router.callback_query(TakeTopic.filter())
async def take_from_plan(
    callback: CallbackQuery, callback_data: TakeTopic, actor: Actor, screens: Screens, topics: TopicService
) -> None:
    page = await topics.take_from_plan(
        actor=actor, lesson_id=callback_data.lesson_id, topic_id=callback_data.topic_id
    )
    await callback.answer(label("Тема записана"))
    await screens.show(callback, topic_screen(page, actor.zone))


@router.callback_query(SetTopicKind.filter())
async def set_kind(
    callback: CallbackQuery, callback_data: SetTopicKind, actor: Actor, screens: Screens, topics: TopicService
) -> None:
    page = await topics.set_kind(actor=actor, lesson_id=callback_data.lesson_id, kind=callback_data.kind)
    await callback.answer(label("Записано"))
    await screens.show(callback, topic_screen(page, actor.zone))


@router.callback_query(TypeTopic.filter())
async def ask_for_own(
    callback: CallbackQuery,
    callback_data: TypeTopic,
    actor: Actor,
    screens: Screens,
    topics: TopicService,
    state: FSMContext,
) -> None:
    await _ask(callback, callback_data.lesson_id, Typing.own, actor, screens, topics, state)


@router.callback_query(RewordTopic.filter())
async def ask_for_other_words(
    callback: CallbackQuery,
    callback_data: RewordTopic,
    actor: Actor,
    screens: Screens,
    topics: TopicService,
    state: FSMContext,
) -> None:
    await _ask(callback, callback_data.lesson_id, Typing.other_words, actor, screens, topics, state)


@router.message(StateFilter(Typing.own))
async def own_typed(
    message: Message, actor: Actor, screens: Screens, topics: TopicService, state: FSMContext
) -> None:
    async with answered(state) as step:
        page = await topics.write(actor=actor, lesson_id=step["lesson_id"], text=message.text or "")
    await screens.show(message, topic_screen(page, actor.zone))


@router.message(StateFilter(Typing.other_words))
async def other_words_typed(
    message: Message, actor: Actor, screens: Screens, topics: TopicService, state: FSMContext
) -> None:
    async with answered(state) as step:
        page = await topics.reword(actor=actor, lesson_id=step["lesson_id"], text=message.text or "")
    await screens.show(message, topic_screen(page, actor.zone))


async def _ask(
    callback: CallbackQuery,
    lesson_id: int,
    step: State,
    actor: Actor,
    screens: Screens,
    topics: TopicService,
    state: FSMContext,
) -> None:
    """Await the words; a lesson that is closed says so instead."""
    await callback.answer()
    page = await topics.open(actor=actor, lesson_id=lesson_id)
    if page.locked or not page.begun:
        await screens.show(callback, topic_screen(page, actor.zone))
        return
    await state.set_data({"lesson_id": lesson_id})
    await state.set_state(step)
    await screens.show(callback, type_topic_screen(page))
