"""A school with a family that has a row in every table, and three who press and write what they like."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from bot.updates import storable
from db.enums import StaffRole
from tests.handlers.test_strangers import Street, become_guardian, street

__all__ = ["street"]

STRANGER, MOTHER, EVERYTHING = "a stranger", "a parent", "a teacher with every role"


@dataclass(repr=False)
class Crowd:
    """Who presses and writes; nothing of it stays."""

    street: Street
    users: dict[str, int]
    numbers: Any = field(default_factory=lambda: count(1_000_000))

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[None]:
        session = self.street.world.session
        async with session.begin_nested() as step:
            await session.connection()  # only now the savepoint stands
            yield
            await step.rollback()

    async def press(self, who: str, data: str) -> Sequence[str]:
        """As it comes out of the inbox; what is said then."""
        return await self.street.press(self.users[who], storable(data))

    async def write(self, who: str, event: str, content: dict[str, Any]) -> Sequence[str]:
        """As it comes out of the inbox; what is said then."""
        number, user_id = next(self.numbers), self.users[who]
        message = {
            "message_id": number,
            "date": 1_789_370_220,
            "chat": {"id": user_id, "type": "private"},
            "from": {"id": user_id, "is_bot": False, "first_name": "Кто-то"},
        }
        return await self.street.post(storable({"update_id": number, event: message | content}))

    async def awaited(self) -> str | None:
        """The step in which something is awaited of somebody."""
        query = text("select state from conversation where state is not null")
        return (await self.street.world.session.scalars(query)).first()


@pytest.fixture
async def crowd(street: Street) -> Crowd:
    world, ids = street.world, street.victims.ids
    mother = (await world.account_of(ids["mother"])).external_user_id
    await world.employ(ids["teacher"], *(set(StaffRole) - {StaffRole.TEACHER}))
    await become_guardian(street, ids["teacher"], ids["child"])
    teacher = (await world.account_of(ids["teacher"])).external_user_id
    return Crowd(street, {STRANGER: 4_000_000_001, MOTHER: mother, EVERYTHING: teacher})
