"""No room on a disk, no free connection: people hear of it or wait, and it goes on when there is room."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from bot.intake import MAX_ATTEMPTS
from db.engine import Database
from db.enums import InboxState
from db.listening import has_no_room
from db.models import InboxUpdate, StoredFile
from tests.faults.conftest import School, a_school, until
from tests.faults.servers import OwnServer
from tests.journeys.test_homework import BOARD


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A megabyte, for anybody."""
    folder = Path(tempfile.mkdtemp(prefix="zvonok-tests-"))
    mounting = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=777", "tmpfs", str(folder)]
    try:
        if os.geteuid() != 0 or subprocess.run(mounting, check=False, capture_output=True).returncode:
            pytest.skip("only root may make a disk of a megabyte")
        yield folder
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        folder.rmdir()


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(512))
    return filler


async def test_whose_file_finds_no_room_hears_it_and_sends_it_again_later(
    empty_school: School, small_disk: Path
) -> None:
    school = empty_school
    school.data_dir = small_disk
    async with school.living_here():
        anna = school.anna
        await anna.press("Домашнее")
        await anna.sees("Дома: не задано")
        await anna.say("§12 № 345–350")
        await anna.sees("Всем: §12 № 345–350")
        filler = fill(small_disk)
        await anna.send_photo(BOARD)
        await anna.sees("на сервере школы кончилось место")
        assert not await school.count(StoredFile.id.is_not(None))
        filler.unlink()
        await anna.send_photo(BOARD)
        await anna.sees_on_screen("📎 1 файл")
        await anna.press("Записать", on=await anna.sees_on_screen("Срок:"))
        await anna.sees("1. Всем: §12 № 345–350")


@pytest.fixture
async def own_school(server: OwnServer, tmp_path: Path) -> AsyncIterator[School]:
    """On a server whose disk is nobody else's."""
    async with AsyncExitStack() as stack:
        db = Database(await server.start())
        stack.push_async_callback(server.stop)
        stack.push_async_callback(db.close)
        yield await stack.enter_async_context(a_school(db, tmp_path / "bot.log"))


@asynccontextmanager
async def no_room_for(table: str, school: School, server: OwnServer, disk: Path) -> AsyncIterator[None]:
    """Nothing can be added to this table until the block ends, other than to its last page."""
    server.give(disk)
    async with school.db.engine.connect() as connection:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await alone.execute(text(f"create tablespace small location '{disk}'"))
        await alone.execute(text("create table filler (line text) tablespace small"))
        await alone.execute(text(f"alter table {table} set tablespace small"))
    with suppress(DBAPIError):
        while True:
            async with school.db.transaction() as session:
                lines = "insert into filler select repeat('x', 1000) from generate_series(1, 7)"
                await session.execute(text(lines))
    yield
    async with school.db.transaction() as session:
        await session.execute(text("drop table filler"))


async def test_taps_for_which_the_database_has_no_room_wait_at_telegram_and_all_count(
    own_school: School, server: OwnServer, small_disk: Path
) -> None:
    school = own_school
    async with school.living_here():
        anna = await school.open_register()
        async with no_room_for("inbox", school, server, small_disk):
            with capture_logs() as logged:
                # A page of the inbox may have room for some of them.
                taps = [anna.tap(name) for name in ("Иванов П.", "Сидоренко М.") for _ in range(10)]

                async def are_refused() -> bool:
                    refused = "intake.polling_failed" in [line["event"] for line in logged]
                    return refused and await _waits_at_telegram(school)

                await until(are_refused, "the database keeps no more")
            assert not await school.count(InboxUpdate.state == InboxState.FAILED)
        assert len(await asyncio.gather(*(anna.answered(tap, timeout=60) for tap in taps))) == len(taps)
        await school.settled()
    assert await school.marked_absent(school.people.ivanov)
    assert await school.marked_absent(school.people.sidorenko)


async def test_a_tap_that_is_kept_and_finds_no_room_for_what_it_does_waits_and_counts(
    own_school: School, server: OwnServer, small_disk: Path
) -> None:
    school = own_school
    async with school.living_here():
        anna = await school.open_register()
        async with no_room_for("attendance", school, server, small_disk):
            with capture_logs() as logged:
                tap = anna.tap("Иванов П.")

                async def was_tried_often() -> bool:
                    return [line["event"] for line in logged].count("intake.trying_again") > MAX_ATTEMPTS

                await until(was_tried_often, "it is tried oftener than what may be given up")
            assert not await school.count(InboxUpdate.state == InboxState.FAILED)
        await anna.answered(tap, timeout=60)
        await school.settled()
    assert await school.marked_absent(school.people.ivanov)


async def _waits_at_telegram(school: School) -> bool:
    kept = await school.count(InboxUpdate.state == InboxState.NEW)
    return bool(school.sandbox.bot.queue.pending) and not kept


async def test_a_server_that_lets_nobody_in_any_more_has_no_room(server: OwnServer) -> None:
    """See `tests/intake/test_inbox.py` for what follows from it."""
    everybody = Database(await server.start(), pool_size=1000)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.stop)
        stack.push_async_callback(everybody.close)
        with pytest.raises(DBAPIError) as refused:
            await _connect_for_ever(everybody, stack)
        assert has_no_room(refused.value)


async def _connect_for_ever(everybody: Database, stack: AsyncExitStack) -> None:
    while True:
        one = await stack.enter_async_context(everybody.engine.connect())
        await one.execute(text("select 1"))


async def test_when_every_connection_is_busy_updates_wait_for_one_and_all_are_handled(
    empty_school: School, long: bool
) -> None:
    school = empty_school
    small = Database(school.db.url, pool_size=2)
    async with school.living_here(small):
        anna, tablet = await school.open_register(), await school.second_phone(school.people.anna)
        await tablet.press("Перекличка")
        await tablet.sees_button("Готово")
        async with school.locked("lock table attendance in share mode") as attendance:
            taps = anna.tap("Иванов П."), tablet.tap("Сидоренко М.")
            await attendance.reached(by=2)
            said = await school.mother.say("/start")
            await school.confirmed()
            # So long that whoever waits for a connection is told that there is none.
            await asyncio.sleep(32 if long else 0)
        assert [(await anna.answered(tap)).text for tap in taps] == ["Иванов П.: Н", "Сидоренко М.: Н"]
        await school.mother.sees_after(said)
        await school.settled()
    await small.close()
    assert await school.marked_absent(school.people.ivanov)
    assert await school.marked_absent(school.people.sidorenko)
