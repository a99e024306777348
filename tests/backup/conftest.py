"""A school to lose, databases to lose it into, and the administrator's key."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from pyrage import x25519
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.backup.archive import End, KeptFile, Manifest, Part, parts, writing
from bot.backup.creating import Made, create
from bot.backup.restoring import Restored, restore
from bot.backup.shelf import Keep, Shelf
from bot.backup.trying import Scratch
from db.engine import Database
from services.files import FileStore
from tests.world import FakeClock, Story, build_story, moment

KEEP = Keep(7, 5, 12)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


@asynccontextmanager
async def new_database(url: str) -> AsyncIterator[str]:
    """An empty one beside `url`, gone afterwards."""
    name = f"scratch_{uuid4().hex[:12]}"
    async with connected(url) as connection:
        await connection.execute(text(f"create database {name}"))
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
        await connection.execute(text(f"drop database {name} with (force)"))


def rewritten(path: Path, identity: x25519.Identity, change: Callable[[Part], Part]) -> Path:
    """The same back-up, whole and well encrypted, with other parts."""
    target = path.with_name("rewritten.tar.age")
    with target.open("wb") as file, writing(file, [identity.to_public()], moment("10:17")) as archive:
        for part in map(change, parts(path, [identity])):
            match part:
                case Manifest():
                    archive.begin(part)
                case bytes():
                    archive.add_piece(part)
                case KeptFile():
                    archive.add_file(part)
                case End(lost=lost):
                    archive.end(lost)
    return target


async def fingerprint(url: str) -> dict[str, str]:
    """What every table holds, to the last value."""
    async with connected(url) as connection:
        names = await connection.scalars(text("select tablename from pg_tables where schemaname = 'public'"))
        whole = "select coalesce(md5(string_agg(one::text, '|' order by one::text)), '') from {} one"
        return {name: str(await connection.scalar(text(whole.format(name)))) for name in names.all()}


@dataclass
class Installation:
    """A school's computer: its database, its folders, and the key that its administrator keeps elsewhere."""

    db: Database
    clock: FakeClock
    folder: Path
    identity: x25519.Identity

    @property
    def files(self) -> FileStore:
        return FileStore(self.folder / "files")

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.folder / "backups", KEEP)

    @property
    def scratch(self) -> Scratch:
        return partial(new_database, self.db.url)

    async def back_up(self, shelf: Shelf | None = None) -> Made:
        return await create(self.db, self.clock, self.files, shelf or self.shelf, [self.identity.to_public()])

    async def restore_into(self, url: str, path: Path, files: FileStore | None = None) -> Restored:
        return await restore(url, self.clock, files or self.files, path, [self.identity])


@pytest.fixture
def school(committed_db: Database, clock: FakeClock, tmp_path: Path) -> Installation:
    return Installation(committed_db, clock, tmp_path, x25519.Identity.generate())


@pytest.fixture
async def people(school: Installation) -> Story:
    return await build_story(school.db)
