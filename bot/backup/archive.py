"""What a back-up holds: a tar, so that it can be opened without Zvonok.

    manifest.json       what to expect
    database/000001 …   pieces of one pg_dump in its custom format
    files/ab/cdef…      what people sent, each under its SHA-256
    end.json            what it came to

A back-up is read strictly in this order and by these names, whoever made it: anybody can encrypt for a public
key. Nothing is ever unpacked by the name it bears.
"""

from __future__ import annotations

import tarfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from pyrage import x25519

from bot.backup.sealing import Unreadable, sealing, unsealing
from services.files import MAX_BYTES

FORMAT = 1
PIECE = 8 << 20
"""Bytes of the dump in one member: a tar wants to know how much comes, and pg_dump does not tell."""
_MANIFEST, _END = "manifest.json", "end.json"
_LARGEST_NOTE = 16 << 20


class _Note(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class SchoolZone(_Note):
    id: int
    timezone: str


class Manifest(_Note):
    """Written first, of the same moment as the dump."""

    format: int = FORMAT
    made_at: AwareDatetime
    revision: str
    """Of the schema."""
    server: int
    """PostgreSQL's major version."""
    schools: list[SchoolZone]
    rows: dict[str, int]
    """By table."""


class End(_Note):
    """Written last: what followed the manifest."""

    dump_sha256: str
    dump_bytes: int
    files: int
    lost: list[str]
    """Hashes of contents that the folder of files no longer had, or had changed."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    digest: str
    content: bytes


Part = Manifest | bytes | KeptFile | End


class NewerFormat(Unreadable):
    """A later Zvonok made it."""


_N = TypeVar("_N", bound=_Note)


class ArchiveWriter:
    """Manifest, pieces of the dump, files, end: in this order."""

    def __init__(self, tar: tarfile.TarFile, made_at: datetime) -> None:
        self._tar = tar
        self._made_at = made_at
        self._dump = sha256()
        self._dump_bytes = self._pieces = self._files = 0

    def begin(self, manifest: Manifest) -> None:
        self._add(_MANIFEST, manifest.model_dump_json().encode())

    def add_piece(self, piece: bytes) -> None:
        self._pieces += 1
        self._dump.update(piece)
        self._dump_bytes += len(piece)
        self._add(f"database/{self._pieces:06}", piece)

    def add_file(self, file: KeptFile) -> None:
        self._files += 1
        self._add(_file_name(file.digest), file.content)

    def end(self, lost: list[str]) -> End:
        end = End(
            dump_sha256=self._dump.hexdigest(), dump_bytes=self._dump_bytes, files=self._files, lost=lost
        )
        self._add(_END, end.model_dump_json().encode())
        return end

    def _add(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = len(content), 0o600, int(self._made_at.timestamp())
        self._tar.addfile(info, BytesIO(content))


@contextmanager
def writing(
    file: BinaryIO, recipients: Sequence[x25519.Recipient], made_at: datetime
) -> Iterator[ArchiveWriter]:
    """The whole archive is in `file` when the block ends. Raises OSError."""
    with sealing(file, recipients) as sink, tarfile.open(fileobj=sink, mode="w|") as tar:
        yield ArchiveWriter(tar, made_at)


def parts(path: Path, identities: Sequence[x25519.Identity]) -> Generator[Part]:
    """All that the archive holds, in its order; with the last it is known to be whole and unchanged.

    Raises Unreadable, and OSError when the file cannot be opened.
    """
    try:
        with (
            path.open("rb") as file,
            unsealing(file, identities) as plain,
            tarfile.open(fileobj=plain, mode="r|") as tar,
        ):
            yield from _Reader(tar).parts()
    except (tarfile.TarError, ValueError):  # the second from tarfile too, over a map of holes that is none
        raise Unreadable from None


class _Reader:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def parts(self) -> Iterator[Part]:
        name, content = self._next()
        yield _manifest(name, content)
        dump, size, pieces, files = sha256(), 0, 0, 0
        name, content = self._next()
        while name == f"database/{pieces + 1:06}":
            dump.update(content)
            size, pieces = size + len(content), pieces + 1
            yield content
            name, content = self._next()
        while name != _END:
            digest = sha256(content).hexdigest()
            if name != _file_name(digest):
                raise Unreadable
            files += 1
            yield KeptFile(digest, content)
            name, content = self._next()
        end = _note(End, content)
        if (dump.hexdigest(), size, files) != (
            end.dump_sha256,
            end.dump_bytes,
            end.files,
        ) or self._tar.next():
            raise Unreadable
        yield end

    def _next(self) -> tuple[str, bytes]:
        member = self._tar.next()
        if member is None or not member.isreg() or member.size > _largest(member.name):
            raise Unreadable
        content = self._tar.extractfile(member)
        assert content is not None, "a regular file has a content"
        return member.name, content.read()


def _largest(name: str) -> int:
    if name in (_MANIFEST, _END):
        return _LARGEST_NOTE
    return PIECE if name.startswith("database/") else MAX_BYTES


def _manifest(name: str, content: bytes) -> Manifest:
    if name != _MANIFEST:
        raise Unreadable
    # Asked first: a later format may say other things, or more.
    if _note(_AnyFormat, content).format > FORMAT:
        raise NewerFormat
    return _note(Manifest, content)


class _AnyFormat(_Note):
    model_config = ConfigDict(extra="ignore")

    format: int


def _note(kind: type[_N], content: bytes) -> _N:
    try:
        return kind.model_validate_json(content)
    except ValidationError:
        raise Unreadable from None


def _file_name(digest: str) -> str:
    return f"files/{digest[:2]}/{digest[2:]}"
