"""The draft of a task in the conversation of a chat."""

from __future__ import annotations

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from pydantic import ValidationError

from services.homework_draft import Draft


class Setting(StatesGroup):
    """A task is being put together; the data holds its draft."""

    task = State()
    """Text, photos and files are awaited."""
    due = State()
    """A date is awaited."""


async def await_task(state: FSMContext, draft: Draft) -> None:
    # The data first: broken off in between, no step stands without its draft.
    await state.set_data({"draft": draft.model_dump(mode="json")})
    await state.set_state(Setting.task)


async def draft_in(state: FSMContext, lesson_id: int | None = None) -> Draft | None:
    """The draft of this lesson; None when there is none, or one of another lesson."""
    data = (await state.get_data()).get("draft")
    if data is None:
        return None
    try:
        draft = Draft.model_validate(data)
    except ValidationError:  # of an older version of the bot
        return None
    return draft if lesson_id in (None, draft.lesson_id) else None
