"""The days of an absence that is being planned: out of its buttons, and typed."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from markupsafe import Markup

from handlers.callbacks.planned_absences import PlanDraft
from handlers.days import day_of
from handlers.texts.planning import before_the_first_day, not_a_date
from services.typed_times import typed_day

Draft = TypeVar("Draft", bound=PlanDraft)


def days_of(draft: PlanDraft) -> tuple[date | None, date | None]:
    starts, ends = draft.starts_on, draft.ends_on
    return (None if starts is None else day_of(starts)), (None if ends is None else day_of(ends))


async def await_typed(state: FSMContext, step: State, draft: CallbackData) -> None:
    """The next message is what the draft lacks."""
    await state.set_data({"draft": draft.pack()})
    await state.set_state(step)


def with_typed(draft: Draft, words: str, today: date) -> Draft | Markup:
    """The draft with the day that was typed, or what is wrong with it."""
    starts, _ = days_of(draft)
    typed = typed_day(words, today)
    if typed is None:
        return not_a_date()
    if starts is not None and typed < starts:
        return before_the_first_day(starts)
    return draft.model_copy(update={"ends_on" if starts else "starts_on": typed.toordinal()})
