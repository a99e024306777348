"""The connection to PostgreSQL."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from db.wall import ROLE, TAG

Executor = AsyncSession | AsyncConnection
"""What a query runs on that is one statement: a session in a transaction, or `Database.statement`."""


def _replace_if_closed(connection: Any, _record: object, _proxy: object) -> None:
    """asyncpg knows at once when the server has gone; pool_pre_ping would ask it with three round trips."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


_KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 25_000}
"""Options of a socket: a server from which nothing comes for so many seconds, the last one milliseconds, is
taken for gone. Systems lack one or another."""


def _notice_the_end(connection: Any, _record: object) -> None:
    """A machine that goes down says nothing: who waits for its answer would do so for ever."""
    # asyncpg has no other way to it.
    own = connection.driver_connection._transport.get_extra_info("socket")
    if own.family in (socket.AF_INET, socket.AF_INET6):
        own.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE.items():
            if hasattr(socket, name):
                own.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


FOR_SHORT_STATEMENTS = {
    # To compile a statement takes longer than to run any of ours.
    "jit": "off",
    # A school's year fits into memory: looking a row up costs little more than reading on to the next.
    "random_page_cost": "1.1",
}
"""What every connection asks the server for when it begins, beside the role of the second wall."""


def _pool(url: str, size: int, **server_settings: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        # Errors would quote the parameters of their statement, and so names, phones and what people wrote.
        hide_parameters=True,
        skip_autocommit_rollback=True,
        connect_args={"server_settings": FOR_SHORT_STATEMENTS | server_settings},
    )
    event.listen(engine.sync_engine, "connect", _notice_the_end)
    event.listen(engine.sync_engine, "checkout", _replace_if_closed)
    return engine


class Database:
    """The whole database, with the rights of who owns it: every school is seen.

    `url` is an SQLAlchemy URL of the form postgresql+asyncpg://…; `walled`: what `db.wall.raise_wall` said.
    """

    def __init__(self, url: str, *, pool_size: int = 10, walled: bool = False) -> None:
        self.url = url
        self.engine = _pool(url, pool_size)
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._statements = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._schools = _pool(url, pool_size, role=ROLE) if walled else None

    def of(self, school_id: int | None) -> Database:
        """The database as one school sees it; as nobody does for None. Without a wall, the whole of it."""
        return self if self._schools is None else SchoolDatabase(self.url, self._schools, school_id)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session in a transaction: committed when the block ends, rolled back when it raises."""
        async with self.sessions.begin() as session:
            yield session

    @asynccontextmanager
    async def statement(self) -> AsyncIterator[Executor]:
        """For exactly one statement, which is its own transaction: one round trip, not three.

        It gives rows of columns; objects of the ORM need a session.
        """
        async with self._statements.connect() as connection:
            yield connection

    async def close(self) -> None:
        await self.engine.dispose()
        if self._schools is not None:
            await self._schools.dispose()


class SchoolDatabase(Database):
    """What row-level security shows a school. Made by `Database.of`, whose connections all schools share."""

    def __init__(self, url: str, pool: AsyncEngine, school_id: int | None) -> None:
        self.url = url
        self.engine = pool
        self._tag = "" if school_id is None else str(school_id)
        self._statements = pool.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        async with self.engine.connect() as connection:
            await self._claim(connection)
            async with AsyncSession(connection, expire_on_commit=False) as session, session.begin():
                yield session

    @asynccontextmanager
    async def statement(self) -> AsyncIterator[Executor]:
        async with self._statements.connect() as connection:
            await self._claim(connection)
            yield connection

    async def _claim(self, connection: AsyncConnection) -> None:
        """A connection that served another school last costs one more round trip.

        Before any transaction begins: a rollback would bring the other school back.
        """
        assert connection.sync_connection is not None
        pooled = connection.sync_connection.connection
        if pooled.info.get(TAG) != self._tag:
            pooled.info.pop(TAG, None)
            driver: Any = pooled.driver_connection
            await driver.execute(f"set {TAG} = '{self._tag}'")
            pooled.info[TAG] = self._tag
