"""The second wall: what PostgreSQL shows to a school, whatever the statement asks for."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from db.engine import Database
from db.models import Person
from tests.world import new_school


async def test_connections_that_change_hands_never_show_another_school(
    database_url: str, committed_db: Database
) -> None:
    people = {}
    async with committed_db.transaction() as session:
        for number in range(5):
            world = await new_school(session)
            people[world.school_id] = {await world.person(f"Иванов {one}") for one in range(number + 1)}
    database, dice = Database(database_url, pool_size=2, walled=True), Random(5)

    async def look(school_id: int) -> None:
        query, way = select(Person.id), dice.randrange(4)
        own = database.of(school_id)
        if way == 0:
            async with own.statement() as connection:
                seen = set(await connection.scalars(query))
        elif way == 1:
            async with own.transaction() as session:
                seen = set(await session.scalars(query))
        elif way == 2:
            with pytest.raises(DBAPIError):
                async with own.transaction() as session:
                    seen = set(await session.scalars(query))
                    await session.execute(text("select 1/0"))
        else:
            task = asyncio.create_task(_look_slowly(own))
            await asyncio.sleep(dice.random() / 200)
            task.cancel()
            seen = people[school_id]
        assert seen == people[school_id]

    await asyncio.gather(*(look(dice.choice(list(people))) for _ in range(400)))
    async with database.of(None).statement() as connection:
        assert await connection.scalar(select(func.count()).select_from(Person)) == 0
    await database.close()


async def _look_slowly(own: Database) -> None:
    async with own.statement() as connection:
        await connection.execute(text("select pg_sleep(0.003)"))
