"""What is typed of an information letter: the days that it covers, and the remark (C2)."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.letters import PreviewLetter, PrintLetter, SendLetter, TypeLetterDays, TypeRemark
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.letters import preview_screen, type_days_screen, type_remark_screen
from services.actor import Actor
from services.errors import InvalidInput
from services.letters import LetterDraft, LetterService, tidy
from services.typed_times import typed_days

router = Router(name="class_teacher.letter_typing")
Carried = PreviewLetter | TypeRemark | SendLetter | PrintLetter


class LetterTyping(StatesGroup):
    """The days are awaited, or the remark of a draft; the data keeps the draft and its remark."""

    days = State()
    remark = State()


@router.callback_query(TypeLetterDays.filter())
async def ask_for_days(
    callback: CallbackQuery,
    callback_data: TypeLetterDays,
    actor: Actor,
    screens: Screens,
    letters: LetterService,
    state: FSMContext,
) -> None:
    await callback.answer()
    to = await letters.addressees(actor=actor, group_id=callback_data.group_id)
    await state.set_data({"group_id": to.group_id, "pupil_id": callback_data.pupil_id})
    await state.set_state(LetterTyping.days)
    await screens.show(callback, type_days_screen(to.group_id, to.today))


@router.message(StateFilter(LetterTyping.days))
async def days_typed(
    message: Message, actor: Actor, screens: Screens, letters: LetterService, state: FSMContext
) -> None:
    data = await state.get_data()
    to = await letters.addressees(actor=actor, group_id=data["group_id"])
    days = typed_days(message.text or "", to.today)
    if days is None:
        raise InvalidInput(problem="letter_typed")
    draft = LetterDraft(to.group_id, data["pupil_id"] or None, *days)
    preview = await letters.preview(actor=actor, draft=draft, remark="")
    await state.clear()
    await screens.show(message, preview_screen(draft, preview))


@router.callback_query(TypeRemark.filter())
async def ask_for_remark(
    callback: CallbackQuery, callback_data: TypeRemark, screens: Screens, state: FSMContext
) -> None:
    await callback.answer()
    draft = draft_of(callback_data)
    await state.set_data({"draft": callback_data.pack(), "remark": await remark_of(state, draft)})
    await state.set_state(LetterTyping.remark)
    await screens.show(callback, type_remark_screen(draft))


@router.message(StateFilter(LetterTyping.remark))
async def remark_typed(
    message: Message, actor: Actor, screens: Screens, letters: LetterService, state: FSMContext
) -> None:
    data = await state.get_data()
    draft = draft_of(TypeRemark.unpack(data["draft"]))
    remark = tidy(message.text or "")
    preview = await letters.preview(actor=actor, draft=draft, remark=remark)
    await state.set_data({"draft": data["draft"], "remark": remark})
    await state.set_state(None)
    await screens.show(message, preview_screen(draft, preview))


def draft_of(carried: Carried) -> LetterDraft:
    return LetterDraft(
        carried.group_id, carried.pupil_id or None, day_of(carried.starts_on), day_of(carried.ends_on)
    )


async def remark_of(state: FSMContext, draft: LetterDraft) -> str:
    """What was typed for this very draft."""
    data = await state.get_data()
    kept = data.get("draft")
    return str(data["remark"]) if kept and draft_of(TypeRemark.unpack(kept)) == draft else ""
