"""The broadcast that a chat is busy with: the row holds what was said, the conversation which one it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from pydantic import BaseModel, ConfigDict, ValidationError

from services.errors import DomainError


class Composing(StatesGroup):
    text = State()
    """Text, photos and files are awaited."""
    options = State()
    """Answers to choose from are awaited, each on its line."""
    leaving = State()
    """When it leaves is awaited."""
    reply_by = State()
    """By when the answer is wanted is awaited."""
    change = State()
    """Another text of what was sent is awaited."""


class Step(BaseModel):
    model_config = ConfigDict(frozen=True)

    broadcast_id: int
    heard: tuple[int, ...] = ()
    """Messages that are in it: one that comes twice changes nothing."""
    album: str | None = None
    """Of the last message: an album comes as several, and is shown by one screen."""
    shown_in: int | None = None
    """The message that shows the draft."""


@asynccontextmanager
async def still_composing(state: FSMContext) -> AsyncIterator[None]:
    """The step is over when its broadcast is gone or was sent; what cannot be used may be typed once more."""
    try:
        yield
    except DomainError as error:
        if error.params.get("problem") in (None, "broadcast_was_sent"):
            await state.clear()
        raise


async def await_next(state: FSMContext, awaited: State, step: Step) -> None:
    # The data first: broken off in between, no step stands without its broadcast.
    await state.set_data({"broadcast": step.model_dump(mode="json")})
    await state.set_state(awaited)


async def step_in(state: FSMContext) -> Step | None:
    data = (await state.get_data()).get("broadcast")
    try:
        return None if data is None else Step.model_validate(data)
    except ValidationError:  # of an older version of the bot
        return None
