"""A term's marks by subject, «почему» and «что если»; also for the pupil and for those who lead the class."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.diary import OpenWhy, ShowTermMarks, ShowWhy, WhatIf
from handlers.screen import Screen
from handlers.screens import Screens
from handlers.texts.term_marks import term_marks_screen
from handlers.texts.why import supposed_of, what_if_screen, why_screen
from services.actor import Actor
from services.term_marks import TermMarksService

router = Router(name="parent.term_marks")


@router.callback_query(ShowTermMarks.filter())
async def show_marks(
    callback: CallbackQuery,
    callback_data: ShowTermMarks,
    actor: Actor,
    screens: Screens,
    term_marks: TermMarksService,
) -> None:
    await callback.answer()
    view = await term_marks.marks(
        actor=actor, pupil_id=callback_data.pupil_id, term_id=callback_data.term_id or None
    )
    await screens.show(callback, term_marks_screen(view))


@router.callback_query(ShowWhy.filter())
async def show_why(
    callback: CallbackQuery,
    callback_data: ShowWhy,
    actor: Actor,
    screens: Screens,
    term_marks: TermMarksService,
) -> None:
    await callback.answer()
    await screens.show(callback, await _why(callback_data, actor, term_marks))


@router.callback_query(OpenWhy.filter())
async def open_why(
    callback: CallbackQuery,
    callback_data: OpenWhy,
    actor: Actor,
    screens: Screens,
    term_marks: TermMarksService,
) -> None:
    await callback.answer()
    await screens.send(callback.from_user.id, await _why(callback_data, actor, term_marks))


@router.callback_query(WhatIf.filter())
async def suppose(
    callback: CallbackQuery,
    callback_data: WhatIf,
    actor: Actor,
    screens: Screens,
    term_marks: TermMarksService,
) -> None:
    await callback.answer()
    view = await term_marks.what_if(
        actor=actor,
        pupil_id=callback_data.pupil_id,
        course_id=callback_data.course_id,
        supposed=supposed_of(callback_data.marks),
    )
    await screens.show(callback, what_if_screen(view))


async def _why(where: ShowWhy, actor: Actor, term_marks: TermMarksService) -> Screen:
    why = await term_marks.why(
        actor=actor, pupil_id=where.pupil_id, course_id=where.course_id, term_id=where.term_id or None
    )
    return why_screen(why)
