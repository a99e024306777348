"""A term's marks by subject, «почему» and «что если»; also for the pupil and for those who lead the class."""

from __future__ import annotations

from aiogram.types import CallbackQuery

from handlers.callbacks.diary import ShowTermMarks, ShowWhy, WhatIf
from handlers.routing import screen_router
from handlers.screen import Screens
from handlers.texts.term_marks import term_marks_screen
from handlers.texts.why import supposed_of, what_if_screen, why_screen
from services.actor import Actor
from services.term_marks import TermMarksService

router = screen_router("parent.term_marks", ShowTermMarks, ShowWhy, WhatIf)


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
    why = await term_marks.why(
        actor=actor,
        pupil_id=callback_data.pupil_id,
        course_id=callback_data.course_id,
        term_id=callback_data.term_id or None,
    )
    await screens.show(callback, why_screen(why))


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
