"""Bringing a back-up back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pyrage import x25519
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.backup.archive import KeptFile, Manifest
from bot.backup.programs import ProgramFailed, Running, programs_for, running
from bot.backup.reading import Damaged, look_through, newer_program, opened
from bot.refusal import Refusal
from db.migrate import is_known, keep_schema
from db.queries import restoring as queries
from db.queries.backups import server_major
from db.queries.restoring import PastSlot, Settled
from scheduler.ledger import slots
from scheduler.table import JOBS
from services.clock import Clock
from services.files import FileStore

_PIECE = 1 << 18
_LOOKS, _PAUSE_SECONDS = 10, 0.2


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    files: int
    settled: Settled


async def holds_schools(url: str) -> bool:
    """Whether a restoring would take the place of something."""
    async with _connected(url) as connection:
        return await queries.has_schools(connection)


async def restore(
    url: str, clock: Clock, store: FileStore, path: Path, identities: Sequence[x25519.Identity]
) -> Restored:
    """Put the back-up in the place of all that the database holds. The folder keeps its files, and gets those
    of the back-up.

    One transaction, which also settles what must not be sent a second time. The schema is then the back-up's:
    `upgrade` it. Raises Refusal; then the database is as it was.
    """
    manifest = await look_through(path, identities)
    if not is_known(manifest.revision):
        raise newer_program(path)
    async with _nobody_else(url) as connection:
        programs = await programs_for(max(manifest.server, await server_major(connection)))
        try:
            async with (
                running(programs.pg_restore, *_RESTORE, url=url, is_fed=True) as dump,
                running(programs.psql, *_PSQL, url=url, is_fed=True) as transaction,
            ):
                await transaction.feed(queries.EMPTY.encode())
                files = await _replay(path, identities, store, dump, transaction)
                now = clock.now()
                await transaction.feed(queries.settling(now, list(_past_slots(manifest, now))).encode())
                await transaction.finish()
                printed = await transaction.output.read()
        except ProgramFailed as error:
            raise Damaged(f"{_UNCHANGED} PostgreSQL сообщает «{error}».") from None
        except OSError as error:
            raise Refusal(f"{_UNCHANGED} Файлы не записываются: {error.strerror}.") from None
    return Restored(manifest, files, queries.settled(printed.decode()))


_UNKNOWN_TO_16 = b"SET transaction_timeout = 0;\n"
"""Newer programs begin every script with it, and older servers stop there. It is off anyhow."""
_UNCHANGED = "Копия не восстановлена, в базе всё по-прежнему."
_RESTORE = ("--no-owner", "--no-privileges", "--file=-")
_PSQL = (
    *("--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--no-password"),
    *("--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse"),
)


async def _replay(
    path: Path, identities: Sequence[x25519.Identity], store: FileStore, dump: Running, transaction: Running
) -> int:
    """How many files there were. Nothing is committed yet."""
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_pump(dump, transaction))
            files = 0
            async with opened(path, identities) as parts:
                async for part in parts:
                    match part:
                        case bytes():
                            await dump.feed(part)
                        case KeptFile(content=content):
                            files += 1
                            await store.put(content)
            await dump.finish()
            return files
    except ExceptionGroup as group:
        raise group.exceptions[0] from None


async def _pump(dump: Running, transaction: Running) -> None:
    beginning = await dump.output.read(_PIECE)
    await transaction.feed(beginning.replace(_UNKNOWN_TO_16, b""))
    while script := await dump.output.read(_PIECE):
        await transaction.feed(script)


def _past_slots(manifest: Manifest, now: datetime) -> Iterator[PastSlot]:
    """All that the scheduler would still run of the time before `now`."""
    for school in manifest.schools:
        for job in JOBS:
            for slot in slots(job, ZoneInfo(school.timezone), now - job.too_late, now):
                yield PastSlot(school.id, job.name, slot)


@asynccontextmanager
async def _nobody_else(url: str) -> AsyncIterator[AsyncConnection]:
    """No other process uses the database now, and none that opens it is let in before the end.

    Raises Refusal.
    """
    async with _connected(url) as connection, connection.begin():
        await connection.execute(text("set local idle_in_transaction_session_timeout = 0"))
        await keep_schema(connection)
        for _ in range(_LOOKS):
            # A connection that was just closed is still there for a moment.
            if not await queries.others(connection):
                break
            await asyncio.sleep(_PAUSE_SECONDS)
        else:
            raise Refusal(
                "С базой данных работает кто-то ещё. Остановите бота (и другие команды zvonok), "
                "потом восстанавливайте."
            )
        yield connection


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()
