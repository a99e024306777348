"""An information letter, for a guardian (C2)."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.letters import AcknowledgeLetter, OpenLetterFile, ShowLetter
from handlers.screens import Screens
from handlers.texts.letter_reading import acknowledged_toast, letter_file_screen, letter_screen
from services.actor import Actor
from services.documents.letter import letters_pdf
from services.documents.papers import PaperService
from services.letters import LetterService

router = Router(name="parent.letters")


@router.callback_query(ShowLetter.filter())
async def show_letter(
    callback: CallbackQuery,
    callback_data: ShowLetter,
    actor: Actor,
    screens: Screens,
    letters: LetterService,
) -> None:
    await callback.answer()
    content, read_at = await letters.open(actor=actor, letter_id=callback_data.letter_id)
    await screens.show(callback, letter_screen(callback_data.letter_id, content, read_at, actor.zone))


@router.callback_query(AcknowledgeLetter.filter())
async def acknowledge(
    callback: CallbackQuery,
    callback_data: AcknowledgeLetter,
    actor: Actor,
    screens: Screens,
    letters: LetterService,
) -> None:
    letter_id = callback_data.letter_id
    content, read_at = await letters.acknowledge(actor=actor, letter_id=letter_id)
    await callback.answer(acknowledged_toast())
    await screens.show(callback, letter_screen(letter_id, content, read_at, actor.zone))


@router.callback_query(OpenLetterFile.filter())
async def open_file(
    callback: CallbackQuery,
    callback_data: OpenLetterFile,
    actor: Actor,
    screens: Screens,
    letters: LetterService,
    papers: PaperService,
) -> None:
    await callback.answer()
    content, _ = await letters.open(actor=actor, letter_id=callback_data.letter_id)
    file = await papers.make(actor, ("information_letter", callback_data.letter_id), letters_pdf, [content])
    await screens.show(callback, letter_file_screen([content], file))
