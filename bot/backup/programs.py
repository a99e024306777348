"""PostgreSQL's own programs for dumps: which ones, with what surroundings, and how they ended."""

from __future__ import annotations

import asyncio
import os
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import make_url

from bot.postgres.binaries import find_binaries
from bot.refusal import Refusal

_LONGEST_COMPLAINT = 300


class ProgramFailed(Exception):
    """The text is the program's own first complaint: for the administrator, never for a log."""


@dataclass(frozen=True, slots=True)
class Programs:
    pg_dump: Path
    pg_restore: Path
    psql: Path


async def programs_for(server: int) -> Programs:
    """Those that know a server of this major version. Raises Refusal."""
    for binaries in await find_binaries():
        found = Programs(*(binaries.folder / name for name in Programs.__slots__))
        if binaries.major >= server and all(getattr(found, name).exists() for name in Programs.__slots__):
            return found
    raise Refusal(
        f"Для копий базы нужны программы pg_dump, pg_restore и psql версии {server} или новее: установите их "
        "на этот компьютер (в Debian и Ubuntu это пакет postgresql-client)."
    )


def surroundings(url: str) -> dict[str, str]:
    """How these programs find the database: by variables, which other accounts cannot read."""
    parts = make_url(url)
    given = {
        "PGHOST": parts.host or _text(parts.query.get("host")),
        "PGPORT": str(parts.port) if parts.port else None,
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
        "PGDATABASE": parts.database,
        "PGSSLMODE": _text(parts.query.get("ssl")),
    }
    known = {name: value for name, value in given.items() if value}
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "PGCLIENTENCODING": "UTF8", **known}


def _text(value: str | tuple[str, ...] | None) -> str | None:
    return ",".join(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class Running:
    process: Process
    complaints: IO[bytes]

    @property
    def output(self) -> asyncio.StreamReader:
        assert self.process.stdout is not None
        return self.process.stdout

    async def feed(self, data: bytes) -> None:
        """Raises ProgramFailed when it has ended already."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(data)
            await self.process.stdin.drain()
        except ConnectionError:
            await self.finish()
            raise ProgramFailed(self._complaint()) from None

    async def finish(self) -> None:
        """Let it read to the end of what it was given and end. Raises ProgramFailed."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        if await self.process.wait() != 0:
            raise ProgramFailed(self._complaint())

    def _complaint(self) -> str:
        self.complaints.seek(0)
        lines = self.complaints.read(1 << 16).decode(errors="replace").splitlines()
        said = next((line for line in lines if "error" in line.lower()), lines[0] if lines else "—")
        return said[:_LONGEST_COMPLAINT]


@asynccontextmanager
async def running(program: Path, *arguments: str, url: str, is_fed: bool = False) -> AsyncIterator[Running]:
    """Its output is read by the block, and it is fed by it if it `is_fed`; it never outlives the block."""
    with tempfile.TemporaryFile() as complaints:
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            stdin=PIPE if is_fed else DEVNULL,
            stdout=PIPE,
            stderr=complaints,
            start_new_session=True,
            env=surroundings(url),
        )
        try:
            yield Running(process, complaints)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
