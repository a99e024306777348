"""Restoring a back-up for a trial: only what has been restored once is known to be one."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pyrage import x25519
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.backup.archive import End, KeptFile, Manifest
from bot.backup.programs import ProgramFailed, Running, programs_for, running
from bot.backup.reading import Damaged, opened
from bot.postgres import THROWAWAY, EmbeddedPostgres
from bot.refusal import Refusal
from db.queries import backups as queries

Scratch = Callable[[], AbstractAsyncContextManager[str]]
"""Gives the URL of an empty database that nobody will miss."""


@asynccontextmanager
async def scratch_server() -> AsyncIterator[str]:
    """A server of its own in a temporary folder: needs no rights on the real one, and cannot harm it."""
    with tempfile.TemporaryDirectory(prefix="zvonok-trial-") as folder:
        async with EmbeddedPostgres(Path(folder), settings=THROWAWAY) as url:
            yield url


async def verify(
    path: Path, identities: Sequence[x25519.Identity], scratch: Scratch = scratch_server
) -> Manifest:
    """Restore it into `scratch` and compare: every table's number of rows, and every file's hash.

    Raises Damaged when it is no back-up of what its manifest says, and Refusal when it cannot be tried.
    """
    async with scratch() as url, _connected(url) as connection:
        server = await queries.server_major(connection)
        programs = await programs_for(server)
        try:
            async with running(
                programs.pg_restore,
                *("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"),
                f"--dbname={connection.engine.url.database}",
                url=url,
                is_fed=True,
            ) as restoring:
                trial = await _feed(path, identities, restoring, server)
                await restoring.finish()
        except ProgramFailed as error:
            if "No space left" in str(error):
                raise Refusal("Для пробы не хватает места во временной папке (TMPDIR).") from None
            raise Damaged(f"Копия {path.name} не восстанавливается: pg_restore сообщает «{error}».") from None
        await _compare(connection, path, trial)
        return trial.manifest


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


@dataclass(frozen=True, slots=True)
class _Trial:
    manifest: Manifest
    end: End
    digests: set[str]


async def _feed(path: Path, identities: Sequence[x25519.Identity], restoring: Running, server: int) -> _Trial:
    digests: set[str] = set()
    async with opened(path, identities) as parts:
        async for part in parts:
            match part:
                case Manifest():
                    if part.server > server:
                        raise Refusal(
                            f"Копия сделана на PostgreSQL {part.server}, а здесь для пробы есть {server}: "
                            f"проверьте её там, где установлен PostgreSQL {part.server}."
                        )
                    manifest = part
                case bytes():
                    await restoring.feed(part)
                case KeptFile(digest=digest):
                    digests.add(digest)
                case End():
                    end = part
    return _Trial(manifest, end, digests)


async def _compare(connection: AsyncConnection, path: Path, trial: _Trial) -> None:
    expected, rows = trial.manifest.rows, await queries.row_counts(connection)
    if differing := sorted(name for name, _ in expected.items() ^ rows.items()):
        raise Damaged(f"Копия {path.name} восстанавливается не так: {', '.join(dict.fromkeys(differing))}.")
    if await queries.revision(connection) != trial.manifest.revision:
        raise Damaged(f"В копии {path.name} не та схема базы, которую она называет.")
    if missing := set(await queries.contents(connection)) - trial.digests - set(trial.end.lost):
        raise Damaged(f"В копии {path.name} не хватает файлов, которые называет её база: {len(missing)}.")
