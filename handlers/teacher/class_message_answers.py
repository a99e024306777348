"""Answers to what a message about the whole class leaves open."""

from __future__ import annotations

from dataclasses import replace

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.class_message import (
    AllowAbsent,
    AskAnew,
    ChooseKind,
    GiveReason,
    LeaveOut,
    MeanAll,
    MeanNobody,
    MeanPupil,
    SetMessageDueDay,
    SetMessageMinutes,
    TypeReason,
)
from handlers.class_message_drafts import keep, kept, show_draft, unsaved, view_of
from handlers.days import day_of
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.class_message import draft_screen
from handlers.texts.class_message_questions import type_reason_screen, usual_reasons
from services.actor import Account, Actor
from services.errors import InvalidInput, NotFound
from services.marks.class_message import Answers, ClassMessageService

Answer = (
    ChooseKind
    | MeanPupil
    | MeanAll
    | MeanNobody
    | SetMessageMinutes
    | SetMessageDueDay
    | AllowAbsent
    | GiveReason
    | LeaveOut
    | AskAnew
)
ANSWERS: tuple[type[Answer], ...] = (
    *(ChooseKind, MeanPupil, MeanAll, MeanNobody, SetMessageMinutes, SetMessageDueDay),
    *(AllowAbsent, GiveReason, LeaveOut, AskAnew),
)
router = Router(name="teacher.class_message_answers")


class ClassMessageReason(StatesGroup):
    """The reason of a correction is awaited; the data holds the draft's number."""

    typed = State()


async def answer(
    callback: CallbackQuery,
    callback_data: Answer,
    actor: Actor,
    account: Account,
    screens: Screens,
    class_messages: ClassMessageService,
    state: FSMContext,
) -> None:
    draft = await unsaved(callback, callback_data.draft_id, state)
    if draft is not None:
        answers = with_answer(draft.answers, callback_data)
        changed = draft.model_copy(update={"answers": answers})
        await show_draft(callback, changed, actor, account, screens, class_messages, state)


for action in ANSWERS:
    router.callback_query.register(answer, action.filter())


def with_answer(answers: Answers, given: Answer) -> Answers:
    """A button sets its answer; one about a question that is not the next any more changes nothing."""
    match given:
        case MeanPupil() | MeanAll() | MeanNobody() if given.question != len(answers.who):
            return answers
        case MeanPupil(pupil_id=pupil_id):
            return replace(answers, who=(*answers.who, (pupil_id,)))
        case MeanAll():
            return replace(answers, who=(*answers.who, None))
        case MeanNobody():
            return replace(answers, who=(*answers.who, ()))
        case ChooseKind(kind_id=kind_id):
            return replace(answers, kind_id=kind_id)
        case SetMessageMinutes(minutes=minutes):
            return replace(answers, late_minutes=minutes)
        case SetMessageDueDay(day=day):
            return replace(answers, due_on=day_of(day))
        case AllowAbsent():
            return replace(answers, despite_absence=True)
        case GiveReason(reason=place) if 0 <= place < len(usual_reasons()):
            return replace(answers, reason=usual_reasons()[place])
        case GiveReason():
            raise NotFound
        case LeaveOut(topic=topic):
            return replace(answers, left_out=answers.left_out | {topic})
        case AskAnew():
            return Answers()


@router.callback_query(TypeReason.filter())
async def ask_for_reason(
    callback: CallbackQuery, callback_data: TypeReason, screens: Screens, state: FSMContext
) -> None:
    draft = await unsaved(callback, callback_data.draft_id, state)
    if draft is not None:
        await callback.answer()
        await state.set_data({"draft_id": draft.draft_id})
        await state.set_state(ClassMessageReason.typed)
        await screens.show(callback, type_reason_screen(draft.draft_id))


@router.message(StateFilter(ClassMessageReason.typed))
async def reason_typed(
    message: Message,
    actor: Actor,
    account: Account,
    screens: Screens,
    class_messages: ClassMessageService,
    state: FSMContext,
) -> None:
    async with answered(state) as step:
        draft = await kept(state, step["draft_id"])
        reason = (message.text or "").strip()
        if not reason:
            raise InvalidInput(problem="nothing_typed")
        draft = draft.model_copy(update={"answers": replace(draft.answers, reason=reason)})
        view = await view_of(draft, actor, account, class_messages)
    await keep(state, draft.model_copy(update={"answers": view.answers}))
    await screens.show(message, draft_screen(view, draft.draft_id))
