"""A database server of a test's own, which may be stopped and killed."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.postgres import EmbeddedPostgres


class OwnServer:
    """A server of this test alone. Its data survive kill -9 of its processes without fsync."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = EmbeddedPostgres(folder, settings={"fsync": "off"})

    def give(self, folder: Path) -> None:
        """To the account that the server runs under."""
        account = (self._folder / "postgres" / "cluster").stat()
        os.chown(folder, account.st_uid, account.st_gid)

    async def start(self) -> str:
        return await self._server.start()

    async def stop(self) -> None:
        await self._server.stop()

    async def kill(self) -> None:
        """kill -9 of the postmaster; PostgreSQL ends its other processes."""
        number_file = self._folder / "postgres" / "cluster" / "postmaster.pid"
        os.kill(int(number_file.read_text().splitlines()[0]), signal.SIGKILL)
        await self._server.stop()


@pytest.fixture
async def server(give_database: Callable[[Path], None]) -> AsyncIterator[OwnServer]:
    folder = Path(tempfile.mkdtemp(prefix="zvonok-tests-"))
    give_database(folder)
    yield OwnServer(folder)
    shutil.rmtree(folder)
