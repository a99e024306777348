"""The connection to PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker, create_async_engine

Executor = AsyncSession | AsyncConnection
"""What a query runs on that is one statement: a session in a transaction, or `Database.statement`."""


def _replace_if_closed(connection: Any, _record: object, _proxy: object) -> None:
    """asyncpg knows at once when the server has gone; pool_pre_ping would ask it with three round trips."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


_FOR_SHORT_STATEMENTS = {
    # To compile a statement takes longer than to run any of ours.
    "jit": "off",
    # A school's year fits into memory: looking a row up costs little more than reading on to the next.
    "random_page_cost": "1.1",
}


class Database:
    """A pool of connections. `url` is an SQLAlchemy URL of the form postgresql+asyncpg://…"""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        # Errors would quote the parameters of their statement, and so names, phones and what people wrote.
        self.engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            hide_parameters=True,
            skip_autocommit_rollback=True,
            connect_args={"server_settings": _FOR_SHORT_STATEMENTS},
        )
        event.listen(self.engine.sync_engine, "checkout", _replace_if_closed)
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._statements = self.engine.execution_options(isolation_level="AUTOCOMMIT")

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
