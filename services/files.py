"""Files that people send, kept by us under the hash of their content, not only as a messenger's id (J3)."""

from __future__ import annotations

import asyncio
import errno
import os
import re
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path, PurePath
from tempfile import mkstemp

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.listening import OUTAGE
from db.queries import files as queries
from db.queries.files import StoredFileRow
from services.actor import Actor
from services.clock import Clock
from services.errors import InvalidInput, LimitReached
from services.importing.text import clean, one_line

__all__ = ["MAX_BYTES", "FileService", "FileStore", "StoredFileRow"]

MAX_BYTES = 20 << 20
"""A bot may download no more from Telegram."""
FILES_AN_HOUR = 60
"""Of somebody who is not staff: six full albums."""
STAFF_FILES_AN_HOUR = 600
NAME_LIMIT = 100
UNKNOWN_TYPE = "application/octet-stream"
_HOUR = timedelta(hours=1)
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
_HASH = re.compile("[0-9a-f]{64}")
_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f<>:"|?*]')


class FileStore:
    """Contents in a folder, each once, as `ab/cdef…` of its SHA-256.

    A content stands under its name only when it is whole and on the disk, so a process that dies while
    writing leaves nothing but a forgotten temporary file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, content: bytes) -> str:
        """Keep a content, and give its hash; one that is there already is left alone."""
        return await asyncio.to_thread(self._put, content)

    async def get(self, digest: str) -> bytes | None:
        """The content; None when it is missing from the folder, or no longer what it was."""
        return await asyncio.to_thread(self._get, digest)

    def _path(self, digest: str) -> Path:
        if not _HASH.fullmatch(digest):
            raise ValueError(digest)
        return self._folder / digest[:2] / digest[2:]

    def _put(self, content: bytes) -> str:
        digest = sha256(content).hexdigest()
        path = self._path(digest)
        if self._get(digest) is not None:
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
        _sync_folder(path.parent)
        return digest

    def _get(self, digest: str) -> bytes | None:
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError:
            return None
        return content if sha256(content).hexdigest() == digest else None


class FileService:
    """What people send, and what is sent to them from the folder."""

    def __init__(self, db: Database, clock: Clock, store: FileStore) -> None:
        self._db = db
        self._clock = clock
        self._store = store

    async def keep(
        self, *, actor: Actor, content: bytes, name: str, media_type: str, external_ref: str
    ) -> StoredFileRow:
        """Keep what the actor has sent. The same content under the same name is the same file.

        Raises InvalidInput when it is empty, larger than MAX_BYTES, or one too many in an hour, and when the
        disk has no room for it.
        """
        if not content:
            raise InvalidInput(problem="file_empty")
        if len(content) > MAX_BYTES:
            raise file_too_big()
        await self._check_rate(actor)
        try:
            digest = await self._store.put(content)
        except OSError as error:
            if error.errno in _NO_SPACE:
                raise InvalidInput(problem="no_space") from error
            raise
        async with self._db.transaction() as session:
            return await queries.keep(
                session,
                school_id=actor.school_id,
                sha256=digest,
                size=len(content),
                media_type=media_type_of(media_type),
                name=file_name(name),
                external_ref=external_ref,
                uploaded_by=actor.person_id,
                uploaded_at=self._clock.now(),
            )

    async def _check_rate(self, actor: Actor) -> None:
        """What people send is kept before it is known to whom it goes; the disk is everybody's."""
        limit = STAFF_FILES_AN_HOUR if actor.staff_roles else FILES_AN_HOUR
        async with self._db.transaction() as session:
            kept = await queries.kept_since(session, actor.person_id, self._clock.now() - _HOUR)
        if kept >= limit:
            raise LimitReached(problem="files_an_hour", limit=limit)

    async def content(self, file: StoredFileRow) -> bytes | None:
        """The content to upload anew; None when the folder has lost it."""
        return await self._store.get(file.sha256)

    async def remember_ref(self, *, file_id: int, external_ref: str) -> None:
        """The messenger knows the file by another id now. While the database is away that is forgotten: what
        was just sent must not fail for it."""
        with suppress(*OUTAGE):
            async with self._db.transaction() as session:
                await queries.set_ref(session, file_id, external_ref)


async def own_files(session: AsyncSession, actor: Actor, file_ids: list[int]) -> list[StoredFileRow]:
    """Those of these files that belong to the actor's school, in the order of the ids."""
    rows = {row.file_id: row for row in await queries.files(session, actor.school_id, file_ids)}
    return [rows[file_id] for file_id in file_ids if file_id in rows]


def file_too_big() -> InvalidInput:
    """For whoever learns a file's size before they have it."""
    return InvalidInput(problem="file_too_big", megabytes=MAX_BYTES >> 20)


def file_name(name: str) -> str:
    """A name without folders, control and bidirectional characters, at most NAME_LIMIT long; the ending
    stays. Empty when nothing is left."""
    last = PurePath(clean(name)[0].replace("\\", "/")).name
    visible = one_line(_NOT_IN_A_NAME.sub(" ", last)).strip(". ")
    if len(visible) <= NAME_LIMIT:
        return visible
    ending = PurePath(visible).suffix[:10]
    return visible[: NAME_LIMIT - len(ending)].rstrip(". ") + ending


def media_type_of(said: str) -> str:
    """What the messenger said, if it is a media type at all."""
    low = said.lower()
    return low if _MEDIA_TYPE.fullmatch(low) else UNKNOWN_TYPE


def _sync_folder(folder: Path) -> None:
    """The rename itself survives a power cut only when the folder is written too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
