"""Steps of a conversation in which something is typed or sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiogram.fsm.context import FSMContext

from services.errors import DomainError, InvalidInput


@asynccontextmanager
async def answered(state: FSMContext) -> AsyncIterator[dict[str, Any]]:
    """The data of the step, which is over afterwards; what cannot be used may be typed once more."""
    try:
        yield await state.get_data()
    except InvalidInput:
        raise
    except DomainError:
        await state.clear()
        raise
    await state.clear()
