"""Commands beside a running bot: they share its embedded server, and end when it ends."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sys
from pathlib import Path

import pytest

from bot.postgres import EmbeddedPostgres, EmbeddedPostgresError
from tests.postgres.conftest import (
    Hold,
    Holder,
    kill,
    rows_of,
    servers_of,
    stop_while_the_database_is_made,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

ENDED = (
    "База данных остановилась раньше этой команды: закончился процесс, который её запустил, "
    "или сам её сервер. Повторите команду.\n"
)


async def owner_and_guest(data_dir: Path, hold: Hold) -> tuple[Holder, Holder]:
    owner = await hold(data_dir)
    assert await owner.said() == "ready"
    guest = await hold(data_dir)
    assert await guest.said() == "ready"
    return owner, guest


async def test_a_guest_works_beside_the_owner_and_leaves_its_server_running(
    made_dir: Path, hold: Hold
) -> None:
    owner, guest = await owner_and_guest(made_dir, hold)
    await guest.commit(1)
    await guest.end()
    await owner.commit(2)
    await owner.end()
    assert not servers_of(made_dir)
    assert await rows_of(made_dir) == [1, 2]


async def test_a_guest_that_is_killed_leaves_the_server_running(made_dir: Path, hold: Hold) -> None:
    owner, guest = await owner_and_guest(made_dir, hold)
    await guest.kill()
    await owner.commit(1)


async def test_when_the_owner_is_killed_a_guest_ends_with_a_sentence(made_dir: Path, hold: Hold) -> None:
    owner, guest = await owner_and_guest(made_dir, hold)
    await guest.commit(1)
    await owner.kill()
    assert await guest.refused() == ENDED
    assert await rows_of(made_dir) == [1]


async def test_when_the_owner_stops_a_guest_in_a_long_statement_ends_with_a_sentence(
    made_dir: Path, hold: Hold
) -> None:
    owner, guest = await owner_and_guest(made_dir, hold)
    guest.wait_in_the_database()
    await owner.end()
    assert await guest.refused() == ENDED
    assert not servers_of(made_dir)


async def test_when_the_server_is_killed_the_owner_and_its_guest_end_with_a_sentence(
    made_dir: Path, hold: Hold
) -> None:
    owner, guest = await owner_and_guest(made_dir, hold)
    guest.wait_in_the_database()
    kill(owner.postmaster)
    assert await owner.refused() == ENDED
    assert await guest.refused() == ENDED


async def test_of_processes_that_start_at_once_one_makes_the_database_and_all_use_it(
    data_dir: Path, hold: Hold
) -> None:
    processes = [await hold(data_dir) for _ in range(3)]
    assert [await process.said() for process in processes] == ["ready"] * 3
    for number, process in enumerate(processes):
        await process.commit(number)
    assert await rows_of(data_dir) == [0, 1, 2]


async def test_whoever_waits_for_an_owner_that_is_killed_becomes_the_owner(
    data_dir: Path, hold: Hold
) -> None:
    first = await hold(data_dir)
    await stop_while_the_database_is_made(first, data_dir)
    second = await hold(data_dir)
    await asyncio.sleep(0.5)
    await first.kill()
    assert await second.said() == "ready"
    await second.commit(1)


async def test_data_of_another_account_is_refused_in_a_sentence(data_dir: Path) -> None:
    home = data_dir / "postgres"
    home.mkdir(parents=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(f"4321 {os.geteuid() + 1}")
        lock.flush()
        with pytest.raises(EmbeddedPostgresError, match=r"другой учётной записи \(№ 4321\)"):
            await EmbeddedPostgres(data_dir).start()
