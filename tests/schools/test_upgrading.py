"""A school that was there before there could be several: nothing is lost, and all of it is its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest
from alembic import command
from sqlalchemy import BigInteger, Connection, MetaData, func, insert, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from db.engine import Database
from db.migrate import alembic_config, upgrade
from db.models import Base, InboxUpdate, SchoolBot
from db.queries import queues
from db.wall import raise_wall
from tests.schools.conftest import TABLES, WHAT_CHECKS_ASK_FOR, value_of
from tests.world import moment

ALONE = "0003"
"""The last schema that knew one school only."""


@pytest.fixture
async def old(database_url: str) -> AsyncIterator[AsyncEngine]:
    """A database of one school, with a row in every table; each belongs to the row before it."""
    url = make_url(database_url)
    name = f"{url.database}_old"
    admin = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with admin.connect() as connection:
        await connection.execute(text(f'create database "{name}"'))
    engine = create_async_engine(url.set(database=name), poolclass=NullPool)
    await upgrade(address(engine), ALONE)
    async with engine.begin() as connection:
        await connection.execute(text("set local session_replication_role = replica"))
        await connection.run_sync(fill_every_table)
    yield engine
    await engine.dispose()
    async with admin.connect() as connection:
        await connection.execute(text(f'drop database "{name}"'))
    await admin.dispose()


def address(engine: AsyncEngine) -> str:
    return engine.url.render_as_string(hide_password=False)


def fill_every_table(connection: Connection) -> None:
    """Of any schema, where triggers are asleep. Each row belongs to the one of the table before it."""
    there, numbers = MetaData(), count(1)
    there.reflect(connection)
    for table in Base.metadata.sorted_tables:
        if table.name not in there.tables:
            continue
        columns = [table.c[column.name] for column in there.tables[table.name].c]
        values: dict[str, Any] = {
            column.name: 1 if isinstance(column.type, BigInteger) else value_of(column, numbers)
            for column in columns
            if column.computed is None and (not column.nullable or column.name == "school_id")
        }
        connection.execute(
            insert(there.tables[table.name]).values(values | WHAT_CHECKS_ASK_FOR.get(table.name, {}))
        )


async def test_all_that_a_school_had_is_its_own_afterwards_and_hidden_from_the_next(old: AsyncEngine) -> None:
    await upgrade(address(old))
    assert await seen(old, 1) == {table.name: 1 for table in TABLES}
    assert await seen(old, 2) == {table.name: 0 for table in TABLES}


async def test_whoever_goes_back_and_comes_again_has_it_all(old: AsyncEngine) -> None:
    await upgrade(address(old))
    async with old.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(alembic_config(sync), ALONE))
    await upgrade(address(old))
    assert await seen(old, 1) == {table.name: 1 for table in TABLES}
    assert await seen(old, 2) == {table.name: 0 for table in TABLES}


async def test_nobody_goes_back_while_tokens_are_stored(old: AsyncEngine) -> None:
    await upgrade(address(old))
    async with old.begin() as connection:
        await connection.execute(
            insert(SchoolBot).values(
                school_id=1, bot_id=1, token="sealed", username="zvonok_bot", added_at=moment("10:17")
            )
        )
    with pytest.raises(DBAPIError, match="school bot --remove"):
        async with old.begin() as connection:
            await connection.run_sync(lambda sync: command.downgrade(alembic_config(sync), ALONE))
    async with old.begin() as connection:
        assert (await connection.scalars(select(SchoolBot.token))).all() == ["sealed"]


async def test_what_waited_over_the_upgrade_is_not_taken_for_what_brought_the_bot_down(
    old: AsyncEngine,
) -> None:
    await upgrade(address(old))
    db = Database(address(old))
    async with db.transaction() as session:
        assert (await session.scalars(select(InboxUpdate.state))).all() == ["failed"]
        assert await queues.updates_given_up(session) == 0
    await db.close()


async def seen(engine: AsyncEngine, school_id: int) -> dict[str, int]:
    """How many rows of each table a school sees."""
    db = Database(address(engine), walled=await raise_wall(address(engine)))
    try:
        async with db.of(school_id).transaction() as session:
            return {
                table.name: (await session.scalars(select(func.count()).select_from(table))).one()
                for table in TABLES
            }
    finally:
        await db.close()
