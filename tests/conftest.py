"""Fixtures for everything that touches the database: a real PostgreSQL, and two ways to keep tests apart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.logs import set_up_logging
from db.engine import Database
from db.models import Base
from db.wall import ROLE, TAG
from tests.world import FakeClock, moment

pytest_plugins = ["tests.cluster", "tests.golden", "tests.long", "tests.statements"]


_TABLES = [table.name for table in Base.metadata.sorted_tables]
_EMPTY_EVERYTHING = (
    f"lock table {', '.join(_TABLES)};"
    + "".join(f"delete from {name};" for name in _TABLES)
    + "perform setval(oid::regclass, 1000 * row_number() over (order by relname), false)"
    + " from pg_class where relkind = 'S';"
)
"""Half a second faster than `truncate … restart identity`, which makes every table's file anew.

No two tables count alike: who takes one's number for another's, or for 1, is found out."""


@pytest.fixture(scope="session", autouse=True)
def _logging() -> None:
    """As in production: what structlog prints unless it is told otherwise stops everything for seconds when a
    traceback is long."""
    set_up_logging("console")


class RolledBackDatabase(Database):
    """Everything happens inside one connection's transaction, which is never committed."""

    def __init__(self, url: str) -> None:
        super().__init__(url, pool_size=1)

    @asynccontextmanager
    async def rolled_back(self) -> AsyncIterator[None]:
        async with self.engine.connect() as connection:
            await connection.begin()
            self._inside = async_sessionmaker(
                connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
            )
            yield
            await connection.rollback()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        async with self._inside.begin() as session:
            yield session

    statement = transaction

    def of(self, school_id: int | None) -> Database:
        return RolledBackSchool(self, school_id)


class RolledBackSchool(Database):
    """What a school sees inside the transaction of a RolledBackDatabase."""

    def __init__(self, whole: RolledBackDatabase, school_id: int | None) -> None:
        self._whole = whole
        self._tag = "" if school_id is None else str(school_id)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        async with self._whole.transaction() as session:
            connection = await session.connection()
            driver: Any = (await connection.get_raw_connection()).driver_connection
            # Past SQLAlchemy, so that nobody counts it as a statement.
            await driver.execute(f"set local role {ROLE}; set local {TAG} = '{self._tag}'")
            yield session
            await session.flush()
            await driver.execute("reset role")

    statement = transaction


async def _empty(database: Database) -> None:
    async with database.transaction() as session:
        # Only so may history be emptied: a superuser puts its triggers to sleep.
        await session.execute(text("set local session_replication_role = replica"))
        await session.execute(text(f"do $$ begin {_EMPTY_EVERYTHING} end $$".replace(":", r"\:")))


# Both databases live as long as the worker: what an engine has compiled and a connection prepared, it keeps.
@pytest.fixture(scope="session")
async def _rolled_back_database(database_url: str) -> AsyncIterator[RolledBackDatabase]:
    database = RolledBackDatabase(database_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def _committed_database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, walled=True)
    await _empty(database)
    yield database
    await database.close()


@pytest.fixture
async def db(_rolled_back_database: RolledBackDatabase) -> AsyncIterator[Database]:
    """A database whose changes vanish after the test. One connection: not for tests of concurrency."""
    async with _rolled_back_database.rolled_back():
        yield _rolled_back_database


@pytest.fixture
async def committed_db(_committed_database: Database) -> AsyncIterator[Database]:
    """A database that really commits, emptied after the test: for concurrency, journeys and faults."""
    yield _committed_database
    await _empty(_committed_database)


@pytest.fixture
async def session(db: Database) -> AsyncIterator[AsyncSession]:
    async with db.transaction() as session:
        yield session


@pytest.fixture
def clock() -> FakeClock:
    """Stands at the story's 10:17 of Monday 14 September 2026."""
    return FakeClock(moment("10:17"))
