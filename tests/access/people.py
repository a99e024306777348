"""The people of the story with somebody at every door: director, administrator, secretary."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Channel, StaffRole
from db.models import OutboxMessage
from services.actor import Account
from tests.world import Story, World, story

_strangers = count(5_000_001)


@dataclass(slots=True)
class School:
    story: Story
    director: int
    administrator: int
    secretary: int

    @property
    def world(self) -> World:
        return self.story.world


async def staffed_school(session: AsyncSession) -> School:
    people = await story(session)
    world = people.world
    return School(
        people,
        await world.employ(await world.person("Орлов Павел Ильич"), StaffRole.DIRECTOR),
        await world.employ(await world.person("Гусев Олег Петрович"), StaffRole.ADMINISTRATOR),
        await world.employ(await world.person("Зайцева Нина Львовна"), StaffRole.SECRETARY),
    )


def stranger(school_id: int) -> Account:
    """An account that nobody in this school has seen before."""
    user_id = next(_strangers)
    return Account(Channel.TELEGRAM, user_id, user_id, school_id)


async def messages(session: AsyncSession, kind: str) -> list[OutboxMessage]:
    rows = await session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    )
    return list(rows)
