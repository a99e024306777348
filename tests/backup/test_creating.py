"""Making a back-up on a bad day."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from pyrage import x25519
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.backup.creating import AlreadyRunning, BackupFailed, alone, create
from bot.backup.programs import surroundings
from bot.backup.shelf import Keep, Shelf
from bot.backup.trying import verify
from db.engine import Database
from db.enums import BackupState
from db.models import Backup
from services.backups import BackupFailure, BackupLog
from services.files import FileService, FileStore
from tests.backup.conftest import KEEP, Installation
from tests.world import Story


async def last_run(school: Installation) -> Backup:
    async with school.db.transaction() as session:
        return (await session.scalars(select(Backup).order_by(Backup.id.desc()).limit(1))).one()


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """What the system says then is what it says when a quota is used up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_table_that_stays_locked_is_not_waited_for_without_end(
    school: Installation, people: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.backup.creating._FOR_A_LOCK", "100ms")
    async with school.db.transaction() as session:
        await session.execute(text("lock table lesson_topic"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            await school.back_up()
    assert not school.shelf.folder.exists()
    await school.back_up()


async def test_it_is_recorded_with_what_it_came_to(school: Installation, people: Story) -> None:
    made = await school.back_up()
    row = await last_run(school)
    assert (row.state, row.file, row.size) == (BackupState.GOOD, made.path.name, made.path.stat().st_size)
    assert (row.is_copied, row.lost_files, row.started_at) == (None, 0, school.clock.now())


async def test_a_full_disk_is_a_sentence_and_leaves_nothing_behind(
    school: Installation, people: Story
) -> None:
    with files_no_larger_than(40_000), pytest.raises(BackupFailed, match="кончилось место"):
        await school.back_up()
    assert list(school.shelf.folder.iterdir()) == []
    row = await last_run(school)
    assert (row.state, row.problem) == (BackupState.FAILED, BackupFailure.DISK_FULL)
    await school.back_up()


async def test_a_folder_that_cannot_be_made_is_a_sentence(school: Installation, people: Story) -> None:
    (school.folder / "file").write_bytes(b"")
    with pytest.raises(BackupFailed, match="не получается писать"):
        await school.back_up(Shelf(school.folder / "file" / "backups", KEEP))
    assert (await last_run(school)).problem == BackupFailure.FOLDER


async def test_a_second_folder_gets_the_same(school: Installation, people: Story) -> None:
    disk = school.folder / "disk"
    disk.mkdir()
    made = await school.back_up(Shelf(school.shelf.folder, KEEP, disk))
    assert (disk / made.path.name).read_bytes() == made.path.read_bytes()
    assert (disk / made.path.name).stat().st_mode & 0o777 == 0o600
    assert (await last_run(school)).is_copied is True


async def test_without_the_second_folder_the_first_copy_stays_and_it_is_told(
    school: Installation, people: Story
) -> None:
    made = await school.back_up(Shelf(school.shelf.folder, KEEP, school.folder / "unplugged"))
    assert made.copy_problem == "No such file or directory"
    assert [copy.path for copy in school.shelf.copies()] == [made.path]
    assert (await last_run(school)).is_copied is False


async def test_a_second_folder_that_cannot_even_be_listed_keeps_nothing_from_being_made(
    school: Installation, people: Story
) -> None:
    (school.folder / "disk").write_bytes(b"a mount that broke")
    made = await school.back_up(Shelf(school.shelf.folder, KEEP, school.folder / "disk"))
    assert made.copy_problem == "Not a directory"
    row = await last_run(school)
    assert (row.state, row.is_copied) == (BackupState.GOOD, False)


async def test_one_that_was_made_while_the_clock_was_ahead_takes_no_room_from_tonights(
    school: Installation, people: Story
) -> None:
    shelf = Shelf(school.shelf.folder, Keep(1, 0, 0))
    school.clock.forward(days=300)
    ahead = await school.back_up(shelf)
    school.clock.forward(days=-300)
    made = await school.back_up(shelf)
    assert [copy.path for copy in shelf.copies()] == [ahead.path, made.path]


async def test_a_photo_that_the_folder_has_lost_is_counted_and_the_rest_is_saved(
    school: Installation, people: Story
) -> None:
    async with school.db.transaction() as session:
        people.world.session = session
        teacher = await people.world.actor(people.anna)
    files = FileService(school.db, school.clock, school.files)
    for content in (b"kept", b"lost", b"changed"):
        await files.keep(
            actor=teacher, content=content, name=f"{content!r}.png", media_type="image/png", external_ref="1"
        )
    _path(school, b"lost").unlink()
    _path(school, b"changed").write_bytes(b"other")
    made = await school.back_up()
    assert made.files == 1
    assert set(made.lost) == {sha256(b"lost").hexdigest(), sha256(b"changed").hexdigest()}
    assert (await last_run(school)).lost_files == 2
    await verify(made.path, [school.identity], school.scratch)


def _path(school: Installation, content: bytes) -> Path:
    digest = sha256(content).hexdigest()
    return school.folder / "files" / digest[:2] / digest[2:]


async def test_two_at_once_are_one(school: Installation, people: Story) -> None:
    async with alone(school.db.url):
        with pytest.raises(AlreadyRunning):
            await school.back_up()
    await school.back_up()
    assert len(school.shelf.copies()) == 1


async def test_a_run_that_was_killed_does_not_run_for_ever(school: Installation, people: Story) -> None:
    killed = await BackupLog(school.db, school.clock).begun()
    await school.back_up()
    async with school.db.transaction() as session:
        row = (await session.scalars(select(Backup).where(Backup.id == killed))).one()
    assert (row.state, row.problem) == (BackupState.FAILED, BackupFailure.INTERRUPTED)


class SlowStore(FileStore):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked = asyncio.Event()

    async def get(self, digest: str) -> bytes | None:
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError


async def _keep_a_file(school: Installation, people: Story) -> None:
    async with school.db.transaction() as session:
        people.world.session = session
        teacher = await people.world.actor(people.anna)
    await FileService(school.db, school.clock, school.files).keep(
        actor=teacher, content=b"x", name="x.png", media_type="image/png", external_ref="1"
    )


async def test_a_bot_that_is_stopped_meanwhile_leaves_nothing_behind(
    school: Installation, people: Story
) -> None:
    await _keep_a_file(school, people)
    slow = SlowStore(school.folder / "files")
    making = asyncio.create_task(
        create(school.db, school.clock, slow, school.shelf, [school.identity.to_public()])
    )
    await slow.asked.wait()
    making.cancel()
    await asyncio.wait([making])
    assert making.cancelled()
    assert list(school.shelf.folder.iterdir()) == []
    assert (await last_run(school)).problem == BackupFailure.INTERRUPTED


class AwayDatabase(Database):
    """Goes away for good while a back-up is made."""

    is_away = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        if self.is_away:
            raise ConnectionResetError
        async with super().transaction() as session:
            yield session


async def test_a_bot_that_is_stopped_while_the_database_is_away_ends(
    school: Installation, people: Story
) -> None:
    db = AwayDatabase(school.db.url)
    slow = SlowStore(school.folder / "files")
    await _keep_a_file(school, people)
    making = asyncio.create_task(create(db, school.clock, slow, school.shelf, [school.identity.to_public()]))
    await slow.asked.wait()
    db.is_away = True
    making.cancel()
    await asyncio.wait([making])
    await db.close()
    assert making.cancelled()


def test_the_password_of_the_database_is_in_no_argument() -> None:
    given = surroundings("postgresql+asyncpg://u:p%40ss@h:5433/db?ssl=require")
    assert given["PGPASSWORD"] == "p@ss"
    assert (given["PGHOST"], given["PGPORT"], given["PGUSER"], given["PGDATABASE"]) == (
        "h",
        "5433",
        "u",
        "db",
    )
    assert given["PGSSLMODE"] == "require"
    local = surroundings("postgresql+asyncpg://zvonok@/zvonok?host=/tmp/sockets")
    assert (local["PGHOST"], "PGPASSWORD" in local) == ("/tmp/sockets", False)


async def test_it_goes_to_every_key_that_is_set(school: Installation, people: Story) -> None:
    deputy = x25519.Identity.generate()
    keys = [school.identity.to_public(), deputy.to_public()]
    made = await create(school.db, school.clock, school.files, school.shelf, keys)
    await verify(made.path, [deputy], school.scratch)
