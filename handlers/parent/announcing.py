"""«Не придёт в школу»: buttons all the way; only «другая дата» and a comment are typed."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from handlers.callbacks.absence_requests import (
    AbsenceDraft,
    AnnounceDays,
    CommentAbsence,
    SendAbsence,
    TypeAbsenceDate,
)
from handlers.days import day_of
from handlers.planned_days import await_typed, days_of, with_typed
from handlers.screen import Screen
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.absence_requests import (
    announcing_screen,
    request_screen,
    type_comment_screen,
    type_day_screen,
)
from handlers.texts.i18n import label
from services.absence_answers import AnswerService
from services.absence_requests import AbsenceRequestService
from services.actor import Actor
from services.typed import typed_line

router = Router(name="parent.announcing")


class AnnouncingStep(StatesGroup):
    """A date or a comment is awaited, or a comment waits to be sent; the data holds the draft."""

    date = State()
    comment = State()
    done = State()


@router.callback_query(AnnounceDays.filter())
async def from_alert(
    callback: CallbackQuery,
    callback_data: AnnounceDays,
    actor: Actor,
    screens: Screens,
    answers: AnswerService,
    absence_requests: AbsenceRequestService,
) -> None:
    """In a message of its own: the alert goes on living, and would come back over the questions."""
    await callback.answer()
    pupil_id = callback_data.pupil_id
    alert = await answers.alert(actor=actor, pupil_id=pupil_id, day=day_of(callback_data.day))
    planning = await absence_requests.planning(actor=actor, pupil_id=pupil_id)
    stated = (one.reason_id for one in planning.reasons if one.answer is alert.pupil.answer is not None)
    draft = AbsenceDraft(
        pupil_id=pupil_id, starts_on=planning.today.toordinal(), reason_id=next(stated, None)
    )
    await screens.send(callback.from_user.id, await _question(draft, actor, absence_requests))


@router.callback_query(AbsenceDraft.filter())
async def next_question(
    callback: CallbackQuery,
    callback_data: AbsenceDraft,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    await screens.show(callback, await _question(callback_data, actor, absence_requests))


@router.callback_query(TypeAbsenceDate.filter())
async def ask_for_date(
    callback: CallbackQuery,
    callback_data: TypeAbsenceDate,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
    state: FSMContext,
) -> None:
    await callback.answer()
    planning = await absence_requests.planning(actor=actor, pupil_id=callback_data.pupil_id)
    draft = AbsenceDraft(pupil_id=callback_data.pupil_id, starts_on=callback_data.starts_on)
    await await_typed(state, AnnouncingStep.date, draft)
    await screens.show(callback, type_day_screen(planning, days_of(draft)[0]))


@router.message(StateFilter(AnnouncingStep.date))
async def date_typed(
    message: Message,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
    state: FSMContext,
) -> None:
    draft = AbsenceDraft.unpack((await state.get_data())["draft"])
    await state.clear()
    planning = await absence_requests.planning(actor=actor, pupil_id=draft.pupil_id)
    chosen = with_typed(draft, message.text or "", planning.today)
    if isinstance(chosen, Markup):
        await await_typed(state, AnnouncingStep.date, draft)
        await screens.show(message, type_day_screen(planning, days_of(draft)[0], chosen))
        return
    await screens.show(message, await _question(chosen, actor, absence_requests))


@router.callback_query(CommentAbsence.filter())
async def ask_for_comment(
    callback: CallbackQuery,
    callback_data: CommentAbsence,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
    state: FSMContext,
) -> None:
    await callback.answer()
    planning = await absence_requests.planning(actor=actor, pupil_id=callback_data.pupil_id)
    await state.set_data({"chosen": callback_data.model_dump()})
    await state.set_state(AnnouncingStep.comment)
    await screens.show(callback, type_comment_screen(planning))


@router.message(StateFilter(AnnouncingStep.comment))
async def comment_typed(
    message: Message,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
    state: FSMContext,
) -> None:
    """The comment waits for «Отправить»."""
    async with answered(state) as step:
        comment = typed_line(message.text or "")
        screen = await _question(AbsenceDraft(**step["chosen"]), actor, absence_requests, comment)
    await state.set_data({"chosen": step["chosen"], "comment": comment})
    await state.set_state(AnnouncingStep.done)
    await screens.show(message, screen)


@router.callback_query(SendAbsence.filter())
async def send(
    callback: CallbackQuery,
    callback_data: SendAbsence,
    actor: Actor,
    screens: Screens,
    absence_requests: AbsenceRequestService,
    state: FSMContext,
) -> None:
    step = await state.get_data()
    of_this = step.get("chosen") == callback_data.model_dump()
    announced = await absence_requests.announce(
        actor=actor,
        pupil_id=callback_data.pupil_id,
        starts_on=day_of(callback_data.starts_on),
        ends_on=day_of(callback_data.ends_on),
        first_lesson=callback_data.first_lesson or None,
        last_lesson=callback_data.last_lesson or None,
        reason_id=callback_data.reason_id,
        comment=step.get("comment", "") if of_this else "",
    )
    await state.clear()
    await callback.answer(label("Отправлено"))
    await screens.show(callback, request_screen(announced))


async def _question(
    draft: AbsenceDraft, actor: Actor, absence_requests: AbsenceRequestService, comment: str = ""
) -> Screen:
    starts, ends = days_of(draft)
    planning = await absence_requests.planning(
        actor=actor, pupil_id=draft.pupil_id, starts_on=starts, ends_on=ends
    )
    return announcing_screen(planning, draft, starts, ends, comment)
