"""One PostgreSQL server for a whole test run, and a database for each of its workers."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.postgres import THROWAWAY, EmbeddedPostgres
from db.migrate import upgrade
from db.wall import raise_wall

_FOR_ALL_WORKERS = {"max_connections": "500"}
"""Eight workers may each start a few processes, and each of these opens two pools."""


class Cluster:
    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="zvonok-tests-"))
        self._server = EmbeddedPostgres(self._folder, settings={**THROWAWAY, **_FOR_ALL_WORKERS})
        # The server's process belongs to the loop that started it, so this loop lives until the end.
        self._runner = asyncio.Runner()
        self.url = self._runner.run(self._server.start())

    def stop(self) -> None:
        self._runner.run(self._server.stop())
        self._runner.close()
        shutil.rmtree(self._folder)


_CLUSTER = pytest.StashKey[Cluster]()


def _cluster_of(config: pytest.Config) -> Cluster:
    if _CLUSTER not in config.stash:
        config.stash[_CLUSTER] = Cluster()
    return config.stash[_CLUSTER]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist: the process that starts the workers has the server and tells them where it is."""
    node.workerinput["cluster_url"] = _cluster_of(node.config).url


def pytest_unconfigure(config: pytest.Config) -> None:
    if _CLUSTER in config.stash:
        config.stash[_CLUSTER].stop()


@pytest.fixture(scope="session")
def cluster_url(request: pytest.FixtureRequest) -> str:
    worker_input = getattr(request.config, "workerinput", None)
    return worker_input["cluster_url"] if worker_input else _cluster_of(request.config).url


@pytest.fixture(scope="session")
async def database_url(cluster_url: str, worker_id: str) -> str:
    """An empty database of the newest schema, this worker's own."""
    url = make_url(cluster_url)
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"create database tests_{worker_id}"))
    await engine.dispose()
    own = url.set(database=f"tests_{worker_id}").render_as_string(hide_password=False)
    await upgrade(own)
    assert await raise_wall(own)
    return own


@pytest.fixture(scope="session")
async def give_database() -> AsyncIterator[Callable[[Path], None]]:
    """Lays a database of the newest schema into a data folder: for tests of servers, not of making one."""
    folder = Path(tempfile.mkdtemp(prefix="zvonok-tests-"))
    async with EmbeddedPostgres(folder, settings=THROWAWAY) as url:
        await upgrade(url)

    def give(data_dir: Path) -> None:
        data_dir.mkdir(exist_ok=True)
        # Not shutil: the files belong to the server's own account.
        subprocess.run(["cp", "-a", folder / "postgres", data_dir], check=True)

    yield give
    shutil.rmtree(folder)
