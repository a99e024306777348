"""Final marks of a course: accept what is proposed, change one with a comment (J8)."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.final_marks import (
    AcceptFinals,
    OpenDueFinals,
    OpenFinalMarks,
    SetFinal,
    ShowDueFinals,
    ShowFinal,
    ShowFinals,
)
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.final_mark import ask_comment_screen, final_screen, given_toast
from handlers.texts.final_marks import accepted_toast, finals_screen, periods_screen
from handlers.texts.final_marks_due import due_screen
from services.actor import Actor
from services.clock import Clock
from services.errors import InvalidInput
from services.final_marks import CommentNeeded, FinalMarkService
from services.marks.final_page import FinalPage

router = Router(name="teacher.final_marks")


class FinalMarkStep(StatesGroup):
    """The comment to a final mark is awaited; the data holds the mark."""

    comment = State()


@router.callback_query(OpenFinalMarks.filter())
async def choose_period(
    callback: CallbackQuery,
    callback_data: OpenFinalMarks,
    actor: Actor,
    screens: Screens,
    final_marks: FinalMarkService,
) -> None:
    await callback.answer()
    course, periods = await final_marks.periods(actor=actor, course_id=callback_data.course_id)
    await screens.show(callback, periods_screen(course, periods))


@router.callback_query(ShowDueFinals.filter())
async def show_due(
    callback: CallbackQuery,
    callback_data: ShowDueFinals,
    actor: Actor,
    screens: Screens,
    final_marks: FinalMarkService,
) -> None:
    await callback.answer()
    await screens.show(callback, due_screen(await final_marks.due(actor=actor), callback_data.page))


@router.callback_query(ShowFinals.filter())
async def show_page(
    callback: CallbackQuery,
    callback_data: ShowFinals,
    actor: Actor,
    screens: Screens,
    final_marks: FinalMarkService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    page = await _page(final_marks, actor, callback_data)
    await screens.show(callback, finals_screen(page, callback_data.page))


@router.callback_query(OpenDueFinals.filter())
async def open_page(
    callback: CallbackQuery,
    callback_data: OpenDueFinals,
    actor: Actor,
    screens: Screens,
    final_marks: FinalMarkService,
    state: FSMContext,
) -> None:
    """In a message of its own: the reminder goes on living, and would come back over the page."""
    await callback.answer()
    await state.clear()
    page = await _page(final_marks, actor, callback_data)
    await screens.send(callback.from_user.id, finals_screen(page))


@router.callback_query(AcceptFinals.filter())
async def accept_all(
    callback: CallbackQuery,
    callback_data: AcceptFinals,
    actor: Actor,
    screens: Screens,
    final_marks: FinalMarkService,
) -> None:
    page, given = await final_marks.accept(
        actor=actor,
        course_id=callback_data.course_id,
        kind=callback_data.kind,
        term_id=callback_data.term_id,
        seen=callback_data.seen,
    )
    await callback.answer(accepted_toast(given))
    await screens.show(callback, finals_screen(page))


@router.callback_query(ShowFinal.filter())
async def show_pupil(
    callback: CallbackQuery,
    callback_data: ShowFinal,
    actor: Actor,
    screens: Screens,
    final_marks: FinalMarkService,
    clock: Clock,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    page = await _page(final_marks, actor, callback_data)
    today = actor.day_of(clock.now())
    await screens.show(callback, final_screen(page, callback_data.pupil_id, actor.zone, today))


@router.callback_query(SetFinal.filter())
async def set_mark(
    callback: CallbackQuery,
    callback_data: SetFinal,
    actor: Actor,
    screens: Screens,
    final_marks: FinalMarkService,
    clock: Clock,
    state: FSMContext,
) -> None:
    """The mark at once, or the question why it is another than the proposed one."""
    try:
        page = await final_marks.set(actor=actor, **callback_data.model_dump())
    except CommentNeeded:
        await callback.answer()
        page = await _page(final_marks, actor, callback_data)
        await state.set_data({"mark": callback_data.pack()})
        await state.set_state(FinalMarkStep.comment)
        await screens.show(callback, ask_comment_screen(page, callback_data.pupil_id, callback_data.value))
        return
    await callback.answer(given_toast(page, callback_data.pupil_id))
    today = actor.day_of(clock.now())
    await screens.show(callback, final_screen(page, callback_data.pupil_id, actor.zone, today))


@router.message(StateFilter(FinalMarkStep.comment))
async def comment_typed(
    message: Message,
    actor: Actor,
    screens: Screens,
    final_marks: FinalMarkService,
    clock: Clock,
    state: FSMContext,
) -> None:
    async with answered(state) as step:
        chosen = SetFinal.unpack(step["mark"])
        if not (message.text or "").strip():
            raise InvalidInput(problem="nothing_typed")
        page = await final_marks.set(actor=actor, **chosen.model_dump(), comment=message.text or "")
    today = actor.day_of(clock.now())
    await screens.show(message, final_screen(page, chosen.pupil_id, actor.zone, today))


async def _page(
    final_marks: FinalMarkService, actor: Actor, where: ShowFinals | OpenDueFinals | ShowFinal | SetFinal
) -> FinalPage:
    return await final_marks.page(
        actor=actor, course_id=where.course_id, kind=where.kind, term_id=where.term_id
    )
