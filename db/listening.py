"""A connection of a process's own: it holds advisory locks, hears notifications, and notices its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import Any

import asyncpg
import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

OUTAGE = (
    *(DBAPIError, NoFreeConnection, OSError),
    # The last one when the server says goodbye just before a statement.
    *(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError),
)
"""What a statement may raise when the database is away; try again later."""

_DISK_FULL, _TOO_MANY_CONNECTIONS = "53100", "53300"
"""SQLSTATE."""
_BAD_VALUE, _NONSENSE = "22", "42"
"""Classes of SQLSTATE: a value that fits no column, a statement that makes no sense."""

HEARTBEAT = 2.0
"""Seconds between two tries for a lock that another process holds, and between two looks whether the server
is still there."""
_SILENCE = 5.0
"""Seconds without an answer after which the server is taken for gone."""
_SERVER_LETS_GO = {
    # A machine that went down says nothing: its locks are free for others when this time is over.
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
    # Of a process that is stopped or hangs the machine still answers, but nobody looks at the server.
    "idle_session_timeout": "7000",
}

Told = Callable[[str], None]
"""Called with the payload of a NOTIFY."""

log = structlog.get_logger()


def is_refusal(error: Exception) -> bool:
    """Whether an error of OUTAGE is none: the statement was refused for what it is, and will be again."""
    return sqlstate(error).startswith((_BAD_VALUE, _NONSENSE))


def is_bad_value(error: Exception) -> bool:
    """Whether it was refused for a value that it was given: with another one it may pass."""
    return sqlstate(error).startswith(_BAD_VALUE)


def has_no_room(error: Exception) -> bool:
    """Whether the server's disk is full, or every connection taken, ours or its own: that passes when
    somebody makes room, and is no fault of the statement."""
    return isinstance(error, NoFreeConnection) or sqlstate(error) in (_DISK_FULL, _TOO_MANY_CONNECTIONS)


def sqlstate(error: Exception) -> str:
    """What PostgreSQL calls the error; nothing when it comes from elsewhere."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", ""))


class OwnConnection:
    """One statement at a time, each its own transaction. What it locks is free again when it is lost."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()
        self.lost = asyncio.Event()

    @asynccontextmanager
    async def statement(self) -> AsyncIterator[AsyncConnection]:
        """Raises an error of OUTAGE when the connection is lost."""
        async with self._turn:
            if self.lost.is_set():
                raise ConnectionResetError
            yield self._connection

    async def watch(self) -> None:
        """Until it is lost: ask now and then, for a server that went down says nothing."""
        while not self.lost.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT):
                    await self.lost.wait()
            try:
                async with asyncio.timeout(_SILENCE), self.statement() as connection:
                    await connection.execute(select(1))
            except (TimeoutError, *OUTAGE):
                self.lost.set()


@asynccontextmanager
async def own_connection(url: str, heard: Mapping[str, Told]) -> AsyncIterator[OwnConnection]:
    """Open it and listen on the channels of `heard`. Raises an error of OUTAGE when there is no server."""
    engine = create_async_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args={"server_settings": _SERVER_LETS_GO},
    )
    try:
        async with engine.connect() as connection:
            own = OwnConnection(connection)
            raw: Any = (await connection.get_raw_connection()).driver_connection
            raw.add_termination_listener(lambda _: own.lost.set())
            for channel, told in heard.items():
                await raw.add_listener(channel, partial(_pass_on, told))
            watching = asyncio.create_task(own.watch())
            # Whoever waits for an answer of a server that went down would wait for long.
            watching.add_done_callback(lambda task: task.cancelled() or raw.terminate())
            try:
                yield own
            finally:
                watching.cancel()
                await asyncio.wait([watching])
                if own.lost.is_set():
                    raw.terminate()
                own.lost.set()
    finally:
        await engine.dispose()


async def until(lost: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Work for ever, but not a moment longer than what it needs is there. Raises what the work does."""
    working, losing = asyncio.create_task(work), asyncio.create_task(lost.wait())
    try:
        await asyncio.wait([working, losing], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
    finally:
        working.cancel()
        losing.cancel()
        await asyncio.wait([working, losing])


def _pass_on(told: Told, _connection: object, _pid: int, _channel: str, payload: str) -> None:
    told(payload)


class Duties:
    """What one process at a time may do, each thing by an advisory lock; others stand by.

    Run `run` as a task. Whoever is killed, or whose machine goes down, is succeeded within ten seconds.
    """

    def __init__(self, url: str, channels: Collection[str] = ()) -> None:
        self._url = url
        self._listeners: dict[str, set[Told]] = {channel: set() for channel in channels}
        self._connection: asyncio.Future[OwnConnection] = asyncio.Future()
        self._held: dict[int, OwnConnection] = {}

    async def run(self) -> None:
        """Until cancelled."""
        heard = {channel: partial(self._hear, channel) for channel in self._listeners}
        while True:
            try:
                async with own_connection(self._url, heard) as connection:
                    self._connection.set_result(connection)
                    try:
                        await connection.lost.wait()
                    finally:
                        self._connection = asyncio.Future()
            except OUTAGE as error:
                log.warning("duties.database_away", error=type(error).__name__)
            for channel in self._listeners:
                self._hear(channel, "")
            await asyncio.sleep(1)

    @contextmanager
    def listening(self, channel: str, told: Told) -> Iterator[None]:
        """Call `told` at every NOTIFY on the channel, and with nothing when any may have been missed."""
        self._listeners[channel].add(told)
        try:
            yield
        finally:
            self._listeners[channel].discard(told)

    async def tell(self, channel: str, payload: str) -> None:
        """NOTIFY, without waiting for the connections that everybody shares. Raises an error of OUTAGE, also
        when there is no connection now: what is told late says nothing any more."""
        if not self._connection.done():
            raise ConnectionResetError
        # Nothing is written: a disk that is slow must not hold up the heartbeat of the locks.
        soon = func.set_config("synchronous_commit", "off", True)
        async with self._connection.result().statement() as statement:
            await statement.execute(select(soon, func.pg_notify(channel, payload)))

    @asynccontextmanager
    async def hold(self, lock: int) -> AsyncIterator[asyncio.Event]:
        """Wait until nobody else holds the lock, then hold it. Gives an event: it was lost."""
        connection = self._held[lock] = await self._wait_for(lock)
        try:
            yield connection.lost
        finally:
            del self._held[lock]
            await _let_go(connection, lock)

    def holds(self, lock: int) -> bool:
        """Whether nobody else does now."""
        return lock in self._held and not self._held[lock].lost.is_set()

    async def _wait_for(self, lock: int) -> OwnConnection:
        while True:
            connection = await asyncio.shield(self._connection)
            trying = asyncio.create_task(_try(connection, lock))
            try:
                # A statement that is broken off costs the connection, and with it all that the process holds.
                if await asyncio.shield(trying):
                    return connection
            except asyncio.CancelledError:
                if await trying:
                    await _let_go(connection, lock)
                raise
            await asyncio.sleep(HEARTBEAT)

    def _hear(self, channel: str, payload: str) -> None:
        for told in list(self._listeners[channel]):
            told(payload)


async def _try(connection: OwnConnection, lock: int) -> bool:
    try:
        async with connection.statement() as statement:
            return bool(await statement.scalar(select(func.pg_try_advisory_lock(lock))))
    except OUTAGE:
        return False


async def _let_go(connection: OwnConnection, lock: int) -> None:
    if not connection.lost.is_set():
        with suppress(*OUTAGE):
            async with connection.statement() as statement:
                await statement.execute(select(func.pg_advisory_unlock(lock)))
