"""A pupil's week on request, and «Ознакомлен(а)» under the digest; also for the pupil and the teachers."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks.weeks import AcknowledgeWeek, ShowWeek, ShowWeekPicture
from handlers.days import day_of
from handlers.screens import Screens
from handlers.texts.term_picture import no_picture_toast, term_picture, term_picture_screen
from handlers.texts.week import acknowledged_toast, week_screen
from services.actor import Actor
from services.documents.papers import PaperService
from services.documents.term_picture import term_png
from services.term_marks import TermMarksService
from services.week.reading import WeekService

router = Router(name="parent.week")


@router.callback_query(ShowWeek.filter())
async def show_week(
    callback: CallbackQuery, callback_data: ShowWeek, actor: Actor, screens: Screens, weeks: WeekService
) -> None:
    await callback.answer()
    day = day_of(callback_data.monday) if callback_data.monday else None
    view = await weeks.week(actor=actor, pupil_id=callback_data.pupil_id, day=day)
    await screens.show(callback, week_screen(view, callback_data.page))


@router.callback_query(AcknowledgeWeek.filter())
async def acknowledge(
    callback: CallbackQuery,
    callback_data: AcknowledgeWeek,
    actor: Actor,
    screens: Screens,
    weeks: WeekService,
) -> None:
    day = day_of(callback_data.monday)
    view = await weeks.acknowledge(actor=actor, pupil_id=callback_data.pupil_id, day=day)
    await callback.answer(acknowledged_toast())
    await screens.show(callback, week_screen(view, 0))


@router.callback_query(ShowWeekPicture.filter())
async def send_picture(
    callback: CallbackQuery,
    callback_data: ShowWeekPicture,
    actor: Actor,
    screens: Screens,
    weeks: WeekService,
    term_marks: TermMarksService,
    papers: PaperService,
) -> None:
    pupil_id = callback_data.pupil_id
    marks = await term_marks.marks(actor=actor, pupil_id=pupil_id)
    term = marks.term
    if term is None:
        await callback.answer(no_picture_toast(), show_alert=True)
        return
    await callback.answer()
    missed = await weeks.missed(actor=actor, pupil_id=pupil_id, first=term.starts_on, last=term.ends_on)
    content = await papers.make(actor, ("pupil", pupil_id), term_png, term_picture(marks, term, missed))
    await screens.show(callback, term_picture_screen(marks, content))
