"""Making a back-up."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from pyrage import x25519
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.backup.archive import PIECE, ArchiveWriter, KeptFile, Manifest, SchoolZone, writing
from bot.backup.programs import ProgramFailed, programs_for, running
from bot.backup.shelf import Shelf, forget
from bot.refusal import Refusal
from db.engine import Database
from db.listening import OUTAGE
from db.queries import backups as queries
from db.queries.schools import schools
from services.backups import BackupFailure, BackupLog
from services.clock import Clock
from services.files import FileStore

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FOR_A_LOCK = "10min"
"""A table that somebody keeps locked all that time is a reason to fail, not to wait for ever."""
_NOTICING = "--dbname=connect_timeout=10 keepalives_idle=5 keepalives_interval=1 keepalives_count=5"
"""A machine that goes down says nothing; what else the connection needs stands in the surroundings."""

log = structlog.get_logger()


class AlreadyRunning(Refusal):
    """Another process makes a back-up, or tries one."""


class BackupFailed(Refusal):
    def __init__(self, problem: BackupFailure, sentence: str) -> None:
        super().__init__(sentence)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    size: int
    manifest: Manifest
    files: int
    lost: list[str]
    """Hashes of contents that the folder of files does not have any more."""
    copy_problem: str | None
    """Why it is not in the second folder."""
    gone: list[Path]
    """Older ones that made room."""


@dataclass(frozen=True, slots=True)
class _Picture:
    """The database at one moment, as long as its transaction lasts."""

    snapshot: str
    manifest: Manifest
    contents: list[str]


async def create(
    db: Database, clock: Clock, store: FileStore, shelf: Shelf, recipients: Sequence[x25519.Recipient]
) -> Made:
    """A back-up of everything, as it was when this began; the bot may run meanwhile.

    The dump comes first and then the files that it names: a content never changes, and is there before its
    row. Raises Refusal; then nothing of the back-up is left, and the record says why.
    """
    record = BackupLog(db, clock)
    async with alone(db.url) as connection:
        started_at = clock.now()
        picture = await _picture(connection, started_at)
        backup_id = await record.begun()
        try:
            path, lost = await _write(db.url, picture, store, shelf, recipients)
        except (OSError, ProgramFailed, Refusal) as error:
            failed = _failure(error, shelf.folder)
            await record.failed(backup_id, failed.problem)
            log.error("backup.failed", problem=failed.problem.value)
            raise failed from None
        except BaseException:
            # Without a database nobody is told, but whoever stops us must not wait for ever.
            with suppress(*OUTAGE):
                await asyncio.shield(record.failed(backup_id, BackupFailure.INTERRUPTED))
            raise
        copy_problem = await _copy(shelf, path)
        gone = await asyncio.to_thread(shelf.rotate, started_at)
        size = path.stat().st_size
        await record.made(
            backup_id,
            file=path.name,
            size=size,
            lost_files=len(lost),
            is_copied=None if shelf.second is None else copy_problem is None,
        )
    log.info("backup.made", size=size, lost_files=len(lost), removed=len(gone))
    files = len(picture.contents) - len(lost)
    return Made(path, size, picture.manifest, files, lost, copy_problem, gone)


@asynccontextmanager
async def alone(url: str) -> AsyncIterator[AsyncConnection]:
    """A transaction that sees one moment; nobody else makes or tries a back-up before it ends.

    Raises AlreadyRunning, and an error of OUTAGE when a table stays locked.
    """
    engine = create_async_engine(
        url, poolclass=NullPool, isolation_level="REPEATABLE READ", hide_parameters=True
    )
    try:
        async with engine.connect() as connection, connection.begin():
            # It waits while pg_dump works.
            await connection.execute(text("set local idle_in_transaction_session_timeout = 0"))
            await connection.execute(select(func.set_config("lock_timeout", _FOR_A_LOCK, True)))
            if not await queries.lock(connection):
                raise AlreadyRunning("Другой процесс как раз делает или проверяет копию. Повторите позже.")
            yield connection
    finally:
        await engine.dispose()


async def _picture(connection: AsyncConnection, now: datetime) -> _Picture:
    manifest = Manifest(
        made_at=now,
        revision=await queries.revision(connection),
        server=await queries.server_major(connection),
        schools=[SchoolZone(id=row.id, timezone=row.timezone) for row in await schools(connection)],
        rows=await queries.row_counts(connection),
    )
    return _Picture(await queries.export(connection), manifest, await queries.contents(connection))


async def _write(
    url: str, picture: _Picture, store: FileStore, shelf: Shelf, recipients: Sequence[x25519.Recipient]
) -> tuple[Path, list[str]]:
    """The finished file, and what the folder of files had lost. Leaves nothing behind when it fails."""
    unfinished = await asyncio.to_thread(shelf.begin, picture.manifest.made_at)
    try:
        with unfinished.open("wb") as file, writing(file, recipients, picture.manifest.made_at) as archive:
            archive.begin(picture.manifest)
            await _dump(url, picture, archive)
            lost = await _add_files(picture.contents, store, archive)
            archive.end(lost)
        return await asyncio.to_thread(shelf.finish, unfinished), lost
    except BaseException:
        forget(unfinished)
        raise


async def _dump(url: str, picture: _Picture, archive: ArchiveWriter) -> None:
    programs = await programs_for(picture.manifest.server)
    asked = [_NOTICING, f"--lock-wait-timeout={_FOR_A_LOCK}", f"--snapshot={picture.snapshot}"]
    asked += ["--format=custom", "--no-owner", "--no-privileges", "--no-password"]
    async with running(programs.pg_dump, *asked, url=url) as dump:
        piece = bytearray()
        while some := await dump.output.read(PIECE - len(piece)):
            piece += some
            if len(piece) == PIECE:
                await asyncio.to_thread(archive.add_piece, bytes(piece))
                piece.clear()
        await dump.finish()
        await asyncio.to_thread(archive.add_piece, bytes(piece))


async def _add_files(contents: list[str], store: FileStore, archive: ArchiveWriter) -> list[str]:
    lost = []
    for digest in contents:
        content = await store.get(digest)
        if content is None:
            lost.append(digest)
        else:
            await asyncio.to_thread(archive.add_file, KeptFile(digest, content))
    return lost


async def _copy(shelf: Shelf, path: Path) -> str | None:
    """Why the second folder has no copy of it, if so."""
    try:
        await asyncio.to_thread(shelf.copy, path)
    except OSError as error:
        log.error("backup.not_copied", problem=error.strerror)
        return error.strerror or type(error).__name__
    return None


def _failure(error: OSError | ProgramFailed | Refusal, folder: Path) -> BackupFailed:
    if isinstance(error, Refusal):
        return BackupFailed(BackupFailure.PROGRAM, str(error))
    if isinstance(error, ProgramFailed):
        return BackupFailed(BackupFailure.PROGRAM, f"Копия не сделана: pg_dump сообщает «{error}».")
    if error.errno in _NO_SPACE:
        return BackupFailed(
            BackupFailure.DISK_FULL,
            f"Копия не сделана: на диске с папкой {folder} кончилось место. "
            "Освободите его или укажите другую папку в ZVONOK_BACKUP_DIR.",
        )
    return BackupFailed(
        BackupFailure.FOLDER, f"Копия не сделана: в папку {folder} не получается писать ({error.strerror})."
    )
