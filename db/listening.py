"""Being the only one of a kind, and being told at once when something was written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

OUTAGE = (
    *(DBAPIError, NoFreeConnection, OSError),
    # The last one when the server says goodbye just before a statement.
    *(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError),
)
"""What a statement may raise when the database is away; try again later."""

_REFUSALS = ("22", "42")
"""Classes of SQLSTATE: a value that fits no column, a statement that makes no sense."""


def is_refusal(error: Exception) -> bool:
    """Whether an error of OUTAGE is none: the statement was refused for what it is, and will be again."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", "")).startswith(_REFUSALS)


@asynccontextmanager
async def sole_listener(
    url: str, *, lock: int, channel: str | None = None, told: Callable[[], None] = lambda: None
) -> AsyncIterator[asyncio.Event]:
    """Wait until nobody else holds `lock`, then hold it and call `told` at every NOTIFY on `channel`.

    Gives an event that is set when the connection, and the lock with it, is lost; `told` is called then too.
    """
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    lost = asyncio.Event()

    def notified(*_: Any) -> None:
        told()

    def terminated(*_: Any) -> None:
        lost.set()
        told()

    try:
        async with engine.connect() as connection:
            await connection.execute(select(func.pg_advisory_lock(lock)))
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None, "a connection that answers has a driver's connection"
            raw.add_termination_listener(terminated)
            if channel is not None:
                await raw.add_listener(channel, notified)
            yield lost
            raw.remove_termination_listener(terminated)
    finally:
        await engine.dispose()
