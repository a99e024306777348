from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.postgres import EmbeddedPostgres
from tests.postgres.holder import NO_SYNC

ROOT = Path(__file__).parent.parent.parent

Hold = Callable[[Path], Coroutine[None, None, "Holder"]]


class Holder:
    """tests.postgres.holder in a process of its own, which may be killed."""

    def __init__(self, process: Process, data_dir: Path) -> None:
        self.process = process
        self._data_dir = data_dir

    @classmethod
    async def of(cls, data_dir: Path) -> Holder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.postgres.holder", str(data_dir)),
            cwd=ROOT,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
        )
        return cls(process, data_dir)

    @property
    def postmaster(self) -> int:
        number_file = self._data_dir / "postgres" / "cluster" / "postmaster.pid"
        return int(number_file.read_text().splitlines()[0])

    async def said(self) -> str:
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().strip()

    async def commit(self, number: int) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{number}\n".encode())
        assert await self.said() == str(number)

    def wait_in_the_database(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"wait\n")

    async def refused(self) -> str:
        """What it says when it ends by itself."""
        _, printed = await self.process.communicate()
        assert self.process.returncode == 1
        return printed.decode()

    async def kill(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.communicate()

    async def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert await self.process.wait() == 0


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """In a closed folder, with a space and Cyrillic, and too long for the path of a socket."""
    folder = Path(tempfile.mkdtemp())
    yield folder / ("школа № 5, " * 4 + "данные")
    shutil.rmtree(folder)


@pytest.fixture
def made_dir(data_dir: Path, give_database: Callable[[Path], None]) -> Path:
    """`data_dir` with a database in it already."""
    give_database(data_dir)
    return data_dir


@pytest.fixture
async def hold(data_dir: Path) -> AsyncIterator[Hold]:
    holders: list[Holder] = []

    async def start(data_dir: Path) -> Holder:
        holders.append(await Holder.of(data_dir))
        return holders[-1]

    yield start
    for holder in holders:
        await holder.kill()
    await until(lambda: not servers_of(data_dir))


async def until(happened: Callable[[], bool]) -> None:
    """For what other processes do, which wakes nobody here."""
    async with asyncio.timeout(30):
        while not happened():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def stop_while_the_database_is_made(holder: Holder, data_dir: Path) -> None:
    """Stopped before the look: else it might be done with it meanwhile."""

    def is_stopped() -> bool:
        return Path(f"/proc/{holder.process.pid}/stat").read_text().rpartition(") ")[2].startswith("T")

    async with asyncio.timeout(30):
        while True:
            holder.process.send_signal(signal.SIGSTOP)
            await until(is_stopped)
            if unfinished(data_dir):
                return
            holder.process.send_signal(signal.SIGCONT)
            await asyncio.sleep(0.01)


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)


async def rows_of(data_dir: Path) -> list[int]:
    """What was committed, read by opening the data as the next process would."""
    async with EmbeddedPostgres(data_dir, settings=NO_SYNC) as url:
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            rows = await connection.scalars(text("select n from committed order by n"))
        await engine.dispose()
    return list(rows)


def unfinished(data_dir: Path) -> list[Path]:
    """Databases that are just being made."""
    return list(data_dir.glob("postgres/new-*/PG_VERSION"))


def servers_of(data_dir: Path) -> list[str]:
    """The PostgreSQL processes that work on `data_dir`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == data_dir / "postgres" / "cluster":
                found.append(process.name)
        except OSError:
            continue
    return found
