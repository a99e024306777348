"""«Сообщить завучу» (C5)."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.reconciliation import AskOmission, CommentOmission, TellOmission
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.i18n import label
from handlers.texts.omissions import telling_screen, type_words_screen
from services.actor import Actor
from services.omissions import OmissionService
from services.typed import typed_line

router = Router(name="class_teacher.omissions")


class TellingStep(StatesGroup):
    """Words for the deputy are awaited; the data holds the lesson."""

    words = State()


@router.callback_query(AskOmission.filter())
async def ask(
    callback: CallbackQuery,
    callback_data: AskOmission,
    actor: Actor,
    screens: Screens,
    omissions: OmissionService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    view = await omissions.look(actor=actor, **callback_data.model_dump())
    await screens.show(callback, telling_screen(view))


@router.callback_query(TellOmission.filter())
async def tell(
    callback: CallbackQuery,
    callback_data: TellOmission,
    actor: Actor,
    screens: Screens,
    omissions: OmissionService,
) -> None:
    view = await omissions.tell(actor=actor, **callback_data.model_dump())
    await callback.answer(label("Завуч узнает"))
    await screens.show(callback, telling_screen(view))


@router.callback_query(CommentOmission.filter())
async def ask_for_words(
    callback: CallbackQuery,
    callback_data: CommentOmission,
    actor: Actor,
    screens: Screens,
    omissions: OmissionService,
    state: FSMContext,
) -> None:
    await callback.answer()
    view = await omissions.look(actor=actor, **callback_data.model_dump())
    await state.set_data({"lesson": callback_data.model_dump()})
    await state.set_state(TellingStep.words)
    await screens.show(callback, type_words_screen(view))


@router.message(StateFilter(TellingStep.words))
async def words_typed(
    message: Message, actor: Actor, screens: Screens, omissions: OmissionService, state: FSMContext
) -> None:
    async with answered(state) as step:
        words = typed_line(message.text or "")
        view = await omissions.tell(actor=actor, comment=words, **step["lesson"])
    await screens.show(message, telling_screen(view))
