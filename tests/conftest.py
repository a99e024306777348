"""Fixtures for everything that touches the database: a real PostgreSQL, and two ways to keep tests apart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from db.engine import Database
from db.models import Base
from tests.world import FakeClock, moment

pytest_plugins = ["tests.cluster", "tests.golden"]


class RolledBackDatabase(Database):
    """Everything happens inside one connection's transaction, which is never committed."""

    def __init__(self, url: str, connection: AsyncConnection) -> None:
        super().__init__(url)
        self._inside = async_sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        async with self._inside.begin() as session:
            yield session

    statement = transaction


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """A database whose changes vanish after the test. One connection: not for tests of concurrency."""
    engine = create_async_engine(database_url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.begin()
        database = RolledBackDatabase(database_url, connection)
        yield database
        await database.close()
        await connection.rollback()
    await engine.dispose()


@pytest.fixture
async def committed_db(database_url: str) -> AsyncIterator[Database]:
    """A database that really commits, emptied after the test: for concurrency, journeys and faults."""
    database = Database(database_url)
    yield database
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    async with database.transaction() as session:
        # Only so may history be emptied: a superuser puts its triggers to sleep.
        await session.execute(text("set local session_replication_role = replica"))
        await session.execute(text(f"truncate {tables} restart identity cascade"))
    await database.close()


@pytest.fixture
async def session(db: Database) -> AsyncIterator[AsyncSession]:
    async with db.transaction() as session:
        yield session


@pytest.fixture
def clock() -> FakeClock:
    """Stands at the story's 10:17 of Monday 14 September 2026."""
    return FakeClock(moment("10:17"))
