"""A PostgreSQL server that lives and dies with the process that started it, and serves others beside it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO

import asyncpg
from sqlalchemy import URL

from bot.postgres.binaries import OLDEST, Binaries, find_binaries, reachable
from bot.postgres.leftovers import end_leftovers
from bot.postgres.ownership import owner_of, take
from bot.postgres.process import Account, account_for, account_name, launch, output_of
from bot.refusal import Refusal
from db.listening import OUTAGE

_NAME = "zvonok"
"""The role that the server belongs to, and the database."""

_SETTINGS = MappingProxyType({
    "timezone": "UTC",
    # The log must not repeat what is in the database: no values of rows, no statements.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
})  # fmt: skip

THROWAWAY: Mapping[str, str] = MappingProxyType({
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
})  # fmt: skip
"""For data that nobody will miss (tests, the demo): much faster, but lost when the machine itself stops."""

# A socket's path may have about a hundred bytes, and the server's account must be able to walk it.
_SOCKETS = Path("/tmp")  # noqa: S108 - a folder is made in it that only the server's account may enter

_LARGEST_LOG = 10_000_000
_START_SECONDS = 300
_FAREWELL_SECONDS = 60
_PATIENCE_SECONDS = 60
_PAUSE_SECONDS = 0.05


class EmbeddedPostgresError(Refusal):
    """The embedded database cannot be started; the text says what to do."""


class EmbeddedPostgres:
    """PostgreSQL over `data_dir`/postgres, made there when it is not.

    The first process is the owner: it starts the server, which stops with `stop()`, or with this process
    however that ends (Linux): start it from the main thread. After any kill the next start has every
    committed row. `settings` are the server's own, such as THROWAWAY.

    Any other process of the same account is a guest: it waits until the owner's server is ready, uses it at
    the same URL and never stops it. When the owner ends, its server ends for the guests too, and none of them
    takes over: start anew.

    The server listens on a unix socket only, in a folder that nobody else may enter, and lets in this account
    only. `start()` and `async with` give the SQLAlchemy URL, and raise EmbeddedPostgresError.
    """

    def __init__(self, data_dir: Path, *, settings: Mapping[str, str] = MappingProxyType({})) -> None:
        self._home = data_dir.absolute() / "postgres"
        self._settings = {**_SETTINGS, **settings}
        self._held = AsyncExitStack()
        self._end: Callable[[], Awaitable[object]] | None = None

    @property
    def _cluster(self) -> Path:
        return self._home / "cluster"

    @property
    def _log(self) -> Path:
        return self._home / "server.log"

    @property
    def _sockets(self) -> Path:
        """Named after the data, so that the URL stays the same, and whoever has the data finds the server."""
        identity = self._home.stat()
        return _SOCKETS / f"zvonok-{os.geteuid()}-{identity.st_dev:x}-{identity.st_ino:x}"

    async def __aenter__(self) -> str:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> str:
        async with AsyncExitStack() as held:
            try:
                if await self._is_ours(held):
                    await self._serve(held)
            except OSError as error:
                raise EmbeddedPostgresError(
                    f"База данных в папке {self._home} не запускается: {error}."
                ) from error
            self._held = held.pop_all()
        query = {"host": str(self._sockets)}
        url = URL.create("postgresql+asyncpg", username=_NAME, database=_NAME, query=query)
        return url.render_as_string()

    async def stop(self) -> None:
        """The owner: disconnect everybody, write everything and end. A guest: leave. May be started again."""
        await self._held.aclose()

    async def wait(self) -> None:
        """Return when the server has ended, for whatever reason. Only between `start()` and `stop()`."""
        assert self._end is not None
        await self._end()

    async def _is_ours(self, held: AsyncExitStack) -> bool:
        """Whether to start the server: we hold the lock then. If not, the owner's server is ready for us."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + _PATIENCE_SECONDS
        while (lock := take(self._home)) is None:
            owner = owner_of(self._home)
            if owner is not None and owner.account != os.geteuid():
                raise EmbeddedPostgresError(
                    f"С базой данных в папке {self._home} работает процесс другой учётной записи "
                    f"(№ {owner.process}). Запустите команду от её имени."
                )
            try:
                await self._visit(held)
            except OUTAGE as error:
                if clock() > deadline:
                    raise EmbeddedPostgresError(
                        f"База данных в папке {self._home} занята другим процессом"
                        f"{f' (№ {owner.process})' if owner else ''} и не отвечает. "
                        "Остановите его или укажите другую папку в ZVONOK_DATA_DIR."
                    ) from error
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return False
        held.enter_context(lock)
        return True

    async def _visit(self, held: AsyncExitStack) -> None:
        """Connect to the owner's server, once it has our database, and stay, to learn of its end."""
        connection = await asyncpg.connect(host=str(self._sockets), user=_NAME, database=_NAME, timeout=10)
        held.push_async_callback(connection.close, timeout=10)
        ended = asyncio.Event()
        connection.add_termination_listener(lambda _: ended.set())
        self._end = ended.wait

    async def _serve(self, held: AsyncExitStack) -> None:
        account = account_for(self._cluster)
        binaries = await self._choose_binaries(account)
        if not self._cluster.exists():
            await self._initialise(binaries, account)
        await end_leftovers(self._cluster)
        sockets = self._make_socket_folder(account)
        held.callback(shutil.rmtree, sockets, ignore_errors=True)
        process = await self._launch(binaries, account, sockets)
        held.push_async_callback(_stop, process)
        self._end = process.wait
        await self._make_database(process)

    async def _choose_binaries(self, account: Account) -> Binaries:
        found = await find_binaries()
        if not found:
            raise EmbeddedPostgresError(
                f"Не найден PostgreSQL {OLDEST} или новее. Повторите make setup "
                "или укажите свой сервер в ZVONOK_DATABASE_URL."
            )
        if self._cluster.exists():
            major = int((self._cluster / "PG_VERSION").read_text())
            found = [binaries for binaries in found if binaries.major == major]
            if not found:
                raise EmbeddedPostgresError(
                    f"Данные в папке {self._home} записаны PostgreSQL {major}, а такой версии здесь нет: "
                    "установите её или перенесите данные через pg_dump."
                )
        return await reachable(found[0], account)

    async def _initialise(self, binaries: Binaries, account: Account) -> None:
        """All or nothing: an initdb that was interrupted leaves no cluster."""
        new = self._empty_folder(account)
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        code, printed = await output_of(
            account, new, binaries.initdb, "-D", _seen_from_inside(new, binaries),
            f"--username={_NAME}", "--auth=peer", "--encoding=UTF8", "--no-instructions",
            *(builtin if binaries.major >= 17 else ["--locale=C.UTF-8"]),
            *(["--no-sync"] if self._settings.get("fsync") == "off" else []),
        )  # fmt: skip
        if code != 0:
            raise EmbeddedPostgresError(f"Не удалось создать базу данных в папке {self._home}:\n{printed}")
        os.rename(new, self._cluster)

    def _empty_folder(self, account: Account) -> Path:
        for unfinished in self._home.glob("new-*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="new-", dir=self._home))
        account.take(folder)
        return folder

    def _make_socket_folder(self, account: Account) -> Path:
        sockets = self._sockets
        shutil.rmtree(sockets, ignore_errors=True)
        sockets.mkdir(mode=0o700)
        # Written before the server's account owns the folder, for the same reason.
        rules = {
            "pg_hba.conf": f"local all {_NAME} peer map=us\n",
            "pg_ident.conf": f'us "{account_name()}" {_NAME}\n',
        }
        for name, content in rules.items():
            (sockets / name).write_text(content, encoding="utf-8")
            account.take(sockets / name)
        account.take(sockets)
        return sockets

    async def _launch(self, binaries: Binaries, account: Account, sockets: Path) -> Process:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(sockets),
            "port": "5432",
            "hba_file": str(sockets / "pg_hba.conf"),
            "ident_file": str(sockets / "pg_ident.conf"),
            **self._settings,
        }
        with self._open_log() as log:
            return await launch(
                account, self._cluster, binaries.postgres, "-D", _seen_from_inside(self._cluster, binaries),
                *(f"--{name}={value}" for name, value in settings.items()),
                output=log,
            )  # fmt: skip

    def _open_log(self) -> IO[bytes]:
        if self._log.exists() and self._log.stat().st_size > _LARGEST_LOG:
            self._log.replace(self._log.with_suffix(".old.log"))
        self._log.touch(mode=0o600)
        return self._log.open("ab")

    async def _make_database(self, process: Process) -> None:
        """Wait for the server, which may have to recover first, and see that it has our database."""
        deadline = asyncio.get_running_loop().time() + _START_SECONDS
        ended = asyncio.ensure_future(process.wait())
        try:
            while not ended.done() and asyncio.get_running_loop().time() < deadline:
                try:
                    connection = await asyncpg.connect(
                        host=str(self._sockets), user=_NAME, database="postgres"
                    )
                except (OSError, asyncpg.CannotConnectNowError):
                    await asyncio.wait({ended}, timeout=_PAUSE_SECONDS)
                    continue
                try:
                    if not await connection.fetchval("select 1 from pg_database where datname = $1", _NAME):
                        await connection.execute(f"create database {_NAME}")
                finally:
                    await connection.close()
                return
        finally:
            ended.cancel()
        lines = self._log.read_text("utf-8", errors="replace").splitlines()
        raise EmbeddedPostgresError(
            f"База данных в папке {self._home} не запустилась: {lines[-1] if lines else '—'}\n"
            f"Подробности: {self._log}"
        )


async def _stop(process: Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        await asyncio.wait_for(process.wait(), _FAREWELL_SECONDS)
    except TimeoutError:
        process.send_signal(signal.SIGQUIT)
        await process.wait()


def _seen_from_inside(folder: Path, binaries: Binaries) -> str:
    """`folder` for a program that was launched in it. Its account may be unable to walk the path: root's
    checkout or temporary folder is often closed to others, and opening it is not ours to do. PostgreSQL 15
    needs the path.
    """
    return "/proc/self/cwd" if sys.platform == "linux" and binaries.major > 15 else str(folder)
