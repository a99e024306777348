"""Composing an information letter: of whom, of which days, a remark, and away it goes (C2)."""

from __future__ import annotations

import asyncio

from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.letters import (
    ChooseLetter,
    ChooseLetterDays,
    PreviewLetter,
    PrintLetter,
    SendLetter,
    ShowSentLetters,
    TypeLetterDays,
    TypeRemark,
)
from handlers.days import day_of
from handlers.routing import screen_router
from handlers.screen import Screens
from handlers.texts.letters import (
    choose_days_screen,
    choose_pupil_screen,
    letter_file_screen,
    preview_screen,
    sent_letters_screen,
    sent_screen,
    sent_toast,
    type_days_screen,
    type_remark_screen,
)
from services.actor import Actor
from services.documents.letter import letters_pdf
from services.errors import InvalidInput
from services.letters import LetterDraft, LetterService, tidy
from services.typed_times import typed_days

router = screen_router(
    "class_teacher.letters",
    *(ChooseLetter, ChooseLetterDays, TypeLetterDays, PreviewLetter),
    *(TypeRemark, SendLetter, PrintLetter, ShowSentLetters),
)
Carried = PreviewLetter | TypeRemark | SendLetter | PrintLetter


class LetterTyping(StatesGroup):
    """The days are awaited, or the remark of a draft; the data keeps the draft and its remark."""

    days = State()
    remark = State()


@router.callback_query(ChooseLetter.filter())
async def choose_pupil(
    callback: CallbackQuery,
    callback_data: ChooseLetter,
    actor: Actor,
    screens: Screens,
    letters: LetterService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    to = await letters.addressees(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, choose_pupil_screen(to, callback_data.page))


@router.callback_query(ChooseLetterDays.filter())
async def choose_days(
    callback: CallbackQuery,
    callback_data: ChooseLetterDays,
    actor: Actor,
    screens: Screens,
    letters: LetterService,
) -> None:
    await callback.answer()
    to = await letters.addressees(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, choose_days_screen(to, callback_data.pupil_id))


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


@router.callback_query(PreviewLetter.filter())
async def preview_letter(
    callback: CallbackQuery,
    callback_data: PreviewLetter,
    actor: Actor,
    screens: Screens,
    letters: LetterService,
    state: FSMContext,
) -> None:
    await callback.answer()
    draft = _draft(callback_data)
    preview = await letters.preview(actor=actor, draft=draft, remark=await _remark(state, draft))
    await state.set_state(None)
    await screens.show(callback, preview_screen(draft, preview))


@router.callback_query(TypeRemark.filter())
async def ask_for_remark(
    callback: CallbackQuery, callback_data: TypeRemark, screens: Screens, state: FSMContext
) -> None:
    await callback.answer()
    draft = _draft(callback_data)
    await state.set_data({"draft": callback_data.pack(), "remark": await _remark(state, draft)})
    await state.set_state(LetterTyping.remark)
    await screens.show(callback, type_remark_screen(draft))


@router.message(StateFilter(LetterTyping.remark))
async def remark_typed(
    message: Message, actor: Actor, screens: Screens, letters: LetterService, state: FSMContext
) -> None:
    data = await state.get_data()
    draft = _draft(TypeRemark.unpack(data["draft"]))
    remark = tidy(message.text or "")
    preview = await letters.preview(actor=actor, draft=draft, remark=remark)
    await state.set_data({"draft": data["draft"], "remark": remark})
    await state.set_state(None)
    await screens.show(message, preview_screen(draft, preview))


@router.callback_query(SendLetter.filter())
async def send(
    callback: CallbackQuery,
    callback_data: SendLetter,
    actor: Actor,
    screens: Screens,
    letters: LetterService,
    state: FSMContext,
) -> None:
    """The remark stays with the draft, so that a second tap is the same letter."""
    draft = _draft(callback_data)
    sent = await letters.send(actor=actor, draft=draft, remark=await _remark(state, draft))
    await callback.answer(sent_toast())
    await screens.show(callback, sent_screen(draft.group_id, sent))


@router.callback_query(PrintLetter.filter())
async def print_letter(
    callback: CallbackQuery,
    callback_data: PrintLetter,
    actor: Actor,
    screens: Screens,
    letters: LetterService,
    state: FSMContext,
) -> None:
    await callback.answer()
    draft = _draft(callback_data)
    contents = await letters.preview(actor=actor, draft=draft, remark=await _remark(state, draft))
    content = await asyncio.to_thread(letters_pdf, contents)
    await screens.show(callback, letter_file_screen(contents, content))


@router.callback_query(ShowSentLetters.filter())
async def show_sent(
    callback: CallbackQuery,
    callback_data: ShowSentLetters,
    actor: Actor,
    screens: Screens,
    letters: LetterService,
) -> None:
    await callback.answer()
    group_id = callback_data.group_id
    sent = await letters.sent(actor=actor, group_id=group_id)
    await screens.show(callback, sent_letters_screen(group_id, sent, callback_data.page, actor.zone))


def _draft(carried: Carried) -> LetterDraft:
    return LetterDraft(
        carried.group_id, carried.pupil_id or None, day_of(carried.starts_on), day_of(carried.ends_on)
    )


async def _remark(state: FSMContext, draft: LetterDraft) -> str:
    """What was typed for this very draft."""
    data = await state.get_data()
    kept = data.get("draft")
    return str(data["remark"]) if kept and _draft(TypeRemark.unpack(kept)) == draft else ""
