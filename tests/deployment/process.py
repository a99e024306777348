"""Processes of `zvonok`, told everything by their environment, as a supervisor starts them.

Importing the bot takes longer than a test may, so they are forked from a server that has done it once; all
the rest is what the console script does.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import bot.commands.run  # noqa: F401 - to be there when a process is forked
from bot.cli import main

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


def _run(arguments: Sequence[str], environment: Mapping[str, str], typed: str, folder: Path) -> None:
    os.chdir(folder)
    (folder / "typed").write_text(typed)
    with (folder / "typed").open("rb") as keyboard, (folder / "log").open("ab") as log:
        os.dup2(keyboard.fileno(), sys.stdin.fileno())
        os.dup2(log.fileno(), sys.stdout.fileno())
        os.dup2(log.fileno(), sys.stderr.fileno())
    for name in list(os.environ):
        if name.startswith("ZVONOK_"):
            del os.environ[name]
    os.environ.update(environment)
    main(arguments, "zvonok")


class Zvonok:
    """`zvonok` with arguments, in a folder of its own that has its log. It says when it is ready, as it does
    to systemd."""

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, typed: str = ""
    ) -> None:
        folder.mkdir(exist_ok=True)
        self._told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._told.setblocking(False)
        # Abstract: paths of tests are too long for a socket.
        self._told.bind(f"\0zvonok-{os.getpid()}-{id(self)}")
        address = f"@zvonok-{os.getpid()}-{id(self)}"
        self._process: ForkServerProcess = _FORKS.Process(
            target=_run,
            args=(arguments, {**environment, "NOTIFY_SOCKET": address}, typed, folder),
            daemon=True,
        )
        self._process.start()

    async def ready(self) -> None:
        loop, told = asyncio.get_running_loop(), b""
        while told != b"READY=1":
            assert self._process.is_alive(), "it ended before it was ready"
            with suppress(TimeoutError):
                told = await asyncio.wait_for(loop.sock_recv(self._told, 100), 0.5)

    async def ended(self) -> int | None:
        """Its exit code, when it has ended."""
        await asyncio.to_thread(self._process.join)
        self._told.close()
        return self._process.exitcode

    def terminate(self) -> None:
        """SIGTERM: it finishes what it has begun."""
        self._process.terminate()

    def kill(self) -> None:
        """kill -9; returns when it is gone."""
        self._process.kill()
        self._process.join()
        self._told.close()
