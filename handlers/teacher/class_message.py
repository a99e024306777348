"""The whole class in one message: how it comes (J4; product.md, idea 2)."""

from __future__ import annotations

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.class_message import RetypeClassMessage, TypeClassMessage
from handlers.class_message_drafts import ClassDraft, keep, unsaved, view_of
from handlers.routing import STRANGERS_TOO
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.class_message import ask_screen, choose_lesson_screen, draft_screen, retype_screen
from services.actor import Account, Actor
from services.errors import InvalidInput
from services.lessons import LessonService
from services.marks.class_message import ClassMessageService

router = Router(name="teacher.class_message")


class ClassMessageText(StatesGroup):
    """The message is awaited; the data holds the lesson."""

    marks = State()


@router.callback_query(TypeClassMessage.filter())
async def ask(
    callback: CallbackQuery,
    callback_data: TypeClassMessage,
    actor: Actor,
    screens: Screens,
    lessons: LessonService,
    state: FSMContext,
) -> None:
    _, lesson = await lessons.lesson(actor=actor, lesson_id=callback_data.lesson_id)
    await callback.answer()
    await _await_message(state, lesson.lesson_id)
    await screens.show(callback, ask_screen(lesson))


@router.message(StateFilter(ClassMessageText.marks))
async def typed(
    message: Message,
    actor: Actor,
    account: Account,
    screens: Screens,
    class_messages: ClassMessageService,
    state: FSMContext,
) -> None:
    async with answered(state) as step:
        draft = ClassDraft(draft_id=message.message_id, lesson_id=step["lesson_id"], text=message.text or "")
        view = await view_of(draft, actor, account, class_messages)
        if not view.says_something:
            raise InvalidInput(problem="no_marks_understood")
    await keep(state, draft)
    await screens.show(message, draft_screen(view, draft.draft_id))


@router.message(StateFilter(None), flags=STRANGERS_TOO)
async def said_unasked(
    message: Message,
    actor: Actor | None,
    account: Account,
    screens: Screens,
    class_messages: ClassMessageService,
    state: FSMContext,
) -> None:
    """A teacher's plain words that are marks: of the lesson that was running when they were written."""
    text = message.text or ""
    if actor is None or not actor.staff_roles or not text or text.startswith("/"):
        raise SkipHandler
    lessons = await class_messages.lessons_meant(actor=actor, text=text, at=message.date)
    if not lessons:
        raise SkipHandler
    draft = ClassDraft(draft_id=message.message_id, lesson_id=None, text=text)
    if len(lessons) > 1:
        await keep(state, draft)
        await screens.show(message, choose_lesson_screen(lessons, draft.draft_id))
        return
    draft = draft.model_copy(update={"lesson_id": lessons[0].lesson_id})
    view = await view_of(draft, actor, account, class_messages)
    await keep(state, draft)
    await screens.show(message, draft_screen(view, draft.draft_id))


@router.callback_query(RetypeClassMessage.filter())
async def retype(
    callback: CallbackQuery,
    callback_data: RetypeClassMessage,
    actor: Actor,
    account: Account,
    screens: Screens,
    class_messages: ClassMessageService,
    state: FSMContext,
) -> None:
    draft = await unsaved(callback, callback_data.draft_id, state)
    if draft is None:
        return
    view = await view_of(draft, actor, account, class_messages)
    await callback.answer()
    await _await_message(state, view.lesson.lesson_id)
    await screens.show(callback, retype_screen(view, draft.draft_id, draft.text))


async def _await_message(state: FSMContext, lesson_id: int) -> None:
    await state.set_data({"lesson_id": lesson_id})
    await state.set_state(ClassMessageText.marks)
