"""Composing an information letter: of whom, of which days, a remark, and away it goes (C2)."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.callbacks.letters import (
    ChooseLetter,
    ChooseLetterDays,
    PreviewLetter,
    PrintLetter,
    SendLetter,
    ShowSentLetters,
)
from handlers.class_teacher.letter_typing import draft_of, remark_of
from handlers.screens import Screens
from handlers.texts.letter_reading import letter_file_screen
from handlers.texts.letters import (
    choose_days_screen,
    choose_pupil_screen,
    preview_screen,
    sent_letters_screen,
    sent_screen,
    sent_toast,
)
from services.actor import Actor
from services.documents.letter import letters_pdf
from services.documents.papers import PaperService
from services.letters import LetterService

router = Router(name="class_teacher.letters")


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
    draft = draft_of(callback_data)
    preview = await letters.preview(actor=actor, draft=draft, remark=await remark_of(state, draft))
    await state.set_state(None)
    await screens.show(callback, preview_screen(draft, preview))


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
    draft = draft_of(callback_data)
    sent = await letters.send(actor=actor, draft=draft, remark=await remark_of(state, draft))
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
    papers: PaperService,
) -> None:
    await callback.answer()
    draft = draft_of(callback_data)
    contents = await letters.preview(actor=actor, draft=draft, remark=await remark_of(state, draft))
    content = await papers.make(actor, ("group", draft.group_id), letters_pdf, contents)
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
