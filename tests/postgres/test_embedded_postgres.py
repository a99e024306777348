"""What the embedded server promises: every committed row after any kill, and nothing left running."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.postgres import THROWAWAY, EmbeddedPostgres, EmbeddedPostgresError
from tests.postgres.conftest import (
    ROOT,
    Hold,
    kill,
    rows_of,
    servers_of,
    stop_while_the_database_is_made,
    unfinished,
    until,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def sockets_of(url: str) -> Path:
    return Path(str(make_url(url).query["host"]))


async def test_it_keeps_data_durably_and_knows_cyrillic_letters(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as url:
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            row = await connection.execute(text("select lower('ЁЖ'), upper('ёж'), current_setting('fsync')"))
            assert tuple(row.one()) == ("ёж", "ЁЖ", "on")
        await engine.dispose()


async def test_it_stops_completely_and_starts_again_at_the_same_address(made_dir: Path) -> None:
    server = EmbeddedPostgres(made_dir, settings=THROWAWAY)
    first = await server.start()
    assert servers_of(made_dir)
    await server.stop()
    assert not servers_of(made_dir)
    assert not sockets_of(first).exists()

    assert await server.start() == first
    await server.stop()


async def test_it_is_not_on_the_network_and_no_other_account_may_enter(made_dir: Path) -> None:
    async with EmbeddedPostgres(made_dir, settings=THROWAWAY) as url:
        sockets = sockets_of(url)
        assert sockets.stat().st_mode & 0o077 == 0
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            await asyncpg.connect(host=str(sockets), user="postgres", database="zvonok")
        connection = await asyncpg.connect(host=str(sockets), user="zvonok", database="zvonok")
        assert await connection.fetchval("show listen_addresses") == ""
        await connection.close()


async def test_after_kill_9_of_the_bot_every_committed_row_is_there(made_dir: Path, hold: Hold) -> None:
    bot = await hold(made_dir)
    assert await bot.said() == "ready"
    await bot.commit(1)
    await bot.commit(2)
    await bot.kill()
    assert await rows_of(made_dir) == [1, 2]


async def test_after_kill_9_of_the_server_every_committed_row_is_there(made_dir: Path, hold: Hold) -> None:
    bot = await hold(made_dir)
    assert await bot.said() == "ready"
    await bot.commit(1)
    kill(bot.postmaster)
    await bot.kill()
    assert await rows_of(made_dir) == [1]


async def test_after_kill_9_of_both_at_once_every_committed_row_is_there(made_dir: Path, hold: Hold) -> None:
    bot = await hold(made_dir)
    assert await bot.said() == "ready"
    await bot.commit(1)
    bot.process.kill()
    kill(bot.postmaster)
    await bot.kill()
    assert await rows_of(made_dir) == [1]


async def test_a_server_that_outlived_its_bot_is_ended_first(made_dir: Path, hold: Hold) -> None:
    bot = await hold(made_dir)
    assert await bot.said() == "ready"
    await bot.commit(1)
    # A stopped server cannot follow its bot, so that it is certainly there when the next one starts.
    postmaster = bot.postmaster
    os.kill(postmaster, signal.SIGSTOP)
    await bot.kill()
    next_start = asyncio.create_task(rows_of(made_dir))
    await asyncio.sleep(0.5)
    assert not next_start.done()
    os.kill(postmaster, signal.SIGCONT)
    assert await next_start == [1]


async def test_a_server_dies_with_its_bot(made_dir: Path, hold: Hold) -> None:
    bot = await hold(made_dir)
    assert await bot.said() == "ready"
    await bot.kill()
    await until(lambda: not servers_of(made_dir))


async def test_a_number_that_now_belongs_to_another_process_is_no_server(made_dir: Path, hold: Hold) -> None:
    bot = await hold(made_dir)
    assert await bot.said() == "ready"
    await bot.commit(1)
    number_file = made_dir / "postgres" / "cluster" / "postmaster.pid"
    lines = number_file.read_text().splitlines()
    kill(bot.postmaster)
    await bot.kill()
    number_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert await rows_of(made_dir) == [1]


async def test_a_kill_while_the_database_is_made_leaves_nothing_half_made(data_dir: Path, hold: Hold) -> None:
    bot = await hold(data_dir)
    await stop_while_the_database_is_made(bot, data_dir)
    await bot.kill()
    assert not (data_dir / "postgres" / "cluster").exists()

    async with EmbeddedPostgres(data_dir, settings=THROWAWAY):
        assert not unfinished(data_dir)


async def test_data_of_a_version_that_is_not_here_is_left_alone(made_dir: Path) -> None:
    (made_dir / "postgres" / "cluster" / "PG_VERSION").write_text("99\n")
    with pytest.raises(EmbeddedPostgresError, match="записаны PostgreSQL 99"):
        await EmbeddedPostgres(made_dir).start()


async def test_a_server_that_cannot_start_says_why(data_dir: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match="no_such_setting"):
        await EmbeddedPostgres(data_dir, settings={**THROWAWAY, "no_such_setting": "1"}).start()
    assert not servers_of(data_dir)


async def test_a_place_that_is_no_folder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedPostgresError, match="не запускается"):
        await EmbeddedPostgres(tmp_path / "file").start()


def _closed_to_others(path: Path) -> bool:
    return any(not folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_runs_it_too() -> None:
    program = (
        "import asyncio, os, pathlib; from bot.postgres import *\n"
        "async def main():\n"
        "    async with EmbeddedPostgres(pathlib.Path('дом ученика')):\n"
        "        print(os.geteuid(), os.stat('дом ученика/postgres/cluster').st_uid)\n"
        "asyncio.run(main())"
    )
    for needed in (Path(sys.executable), ROOT / "pyproject.toml"):
        if _closed_to_others(needed):
            pytest.skip(f"{needed} lies in a folder that is closed to others")
    # The folders of `tmp_path` are closed to others too.
    with tempfile.TemporaryDirectory() as folder:
        shutil.chown(folder, "games")
        uid = Path(folder).stat().st_uid
        ran = subprocess.run(
            [sys.executable, "-c", program],
            cwd=folder,
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
            user=uid,
            group=uid,
            extra_groups=[],
            capture_output=True,
            text=True,
        )
    assert ran.stdout == f"{uid} {uid}\n", ran.stderr
