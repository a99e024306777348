"""«Освобождения»: buttons for what and when; the ground is typed."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.reconciliation import (
    CancelExemption,
    ChooseExempt,
    ExemptionDraft,
    ShowExemption,
    ShowExemptions,
    TypeExemptionDate,
)
from handlers.days import day_of
from handlers.planned_days import await_typed
from handlers.screens import Screens
from handlers.steps import answered
from handlers.texts.exemptions import (
    choose_exempt_screen,
    exempting_screen,
    exemption_screen,
    exemptions_screen,
    type_exemption_day_screen,
)
from handlers.texts.i18n import label
from handlers.texts.planning import before_the_first_day, not_a_date
from services.actor import Actor
from services.exemptions import ExemptionService
from services.typed_times import typed_day

router = Router(name="class_teacher.exemptions")


class ExemptingStep(StatesGroup):
    """A day of an exemption, or its ground, is awaited; the data holds the draft."""

    day = State()
    ground = State()


@router.callback_query(ShowExemptions.filter())
async def show_exemptions(
    callback: CallbackQuery,
    callback_data: ShowExemptions,
    actor: Actor,
    screens: Screens,
    exemptions: ExemptionService,
) -> None:
    await callback.answer()
    view = await exemptions.of_class(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, exemptions_screen(view, callback_data.page))


@router.callback_query(ChooseExempt.filter())
async def choose_pupil(
    callback: CallbackQuery,
    callback_data: ChooseExempt,
    actor: Actor,
    screens: Screens,
    exemptions: ExemptionService,
) -> None:
    await callback.answer()
    view = await exemptions.of_class(actor=actor, group_id=callback_data.group_id)
    await screens.show(callback, choose_exempt_screen(view, callback_data.page))


@router.callback_query(ExemptionDraft.filter())
async def next_question(
    callback: CallbackQuery,
    callback_data: ExemptionDraft,
    actor: Actor,
    screens: Screens,
    exemptions: ExemptionService,
    state: FSMContext,
) -> None:
    await callback.answer()
    await state.clear()
    view = await exemptions.exempting(actor=actor, pupil_id=callback_data.pupil_id)
    for ordinal in (callback_data.starts_on, callback_data.ends_on):
        if ordinal is not None:
            day_of(ordinal)
    if callback_data.attends is not None:
        await await_typed(state, ExemptingStep.ground, callback_data)
    await screens.show(callback, exempting_screen(view, callback_data))


@router.callback_query(TypeExemptionDate.filter())
async def ask_for_day(
    callback: CallbackQuery,
    callback_data: TypeExemptionDate,
    actor: Actor,
    screens: Screens,
    exemptions: ExemptionService,
    state: FSMContext,
) -> None:
    await callback.answer()
    view = await exemptions.exempting(actor=actor, pupil_id=callback_data.pupil_id)
    if callback_data.starts_on is not None:
        day_of(callback_data.starts_on)
    draft = ExemptionDraft(**callback_data.model_dump())
    await await_typed(state, ExemptingStep.day, draft)
    await screens.show(callback, type_exemption_day_screen(view, draft))


@router.message(StateFilter(ExemptingStep.day))
async def day_typed(
    message: Message, actor: Actor, screens: Screens, exemptions: ExemptionService, state: FSMContext
) -> None:
    draft = ExemptionDraft.unpack((await state.get_data())["draft"])
    view = await exemptions.exempting(actor=actor, pupil_id=draft.pupil_id)
    typed = typed_day(message.text or "", view.today)
    starts = None if draft.starts_on is None else day_of(draft.starts_on)
    if typed is None or (starts is not None and typed < starts):
        problem = before_the_first_day(starts) if typed and starts else not_a_date()
        await screens.show(message, type_exemption_day_screen(view, draft, problem))
        return
    await state.clear()
    chosen = draft.model_copy(update={"ends_on" if starts else "starts_on": typed.toordinal()})
    await screens.show(message, exempting_screen(view, chosen))


@router.message(StateFilter(ExemptingStep.ground))
async def ground_typed(
    message: Message, actor: Actor, screens: Screens, exemptions: ExemptionService, state: FSMContext
) -> None:
    async with answered(state) as step:
        draft = ExemptionDraft.unpack(step["draft"])
        view = await exemptions.exempting(actor=actor, pupil_id=draft.pupil_id)
        one = await exemptions.exempt(
            actor=actor,
            pupil_id=draft.pupil_id,
            subject_id=draft.subject_id or 0,
            starts_on=day_of(draft.starts_on or 0),
            ends_on=day_of(draft.ends_on or 0),
            attends=bool(draft.attends),
            ground=message.text or "",
        )
    await screens.show(message, exemption_screen(one, view.group_id))


@router.callback_query(ShowExemption.filter())
async def show_exemption(
    callback: CallbackQuery,
    callback_data: ShowExemption,
    actor: Actor,
    screens: Screens,
    exemptions: ExemptionService,
) -> None:
    await callback.answer()
    one = await exemptions.show(actor=actor, exemption_id=callback_data.exemption_id)
    await screens.show(callback, exemption_screen(one))


@router.callback_query(CancelExemption.filter())
async def cancel(
    callback: CallbackQuery,
    callback_data: CancelExemption,
    actor: Actor,
    screens: Screens,
    exemptions: ExemptionService,
) -> None:
    one = await exemptions.cancel(actor=actor, exemption_id=callback_data.exemption_id)
    await callback.answer(label("Отменено"))
    view = await exemptions.exempting(actor=actor, pupil_id=one.pupil_id)
    await screens.show(
        callback, exemptions_screen(await exemptions.of_class(actor=actor, group_id=view.group_id), 0)
    )
