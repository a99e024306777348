"""The bot of `zvonok run` as a process that may be killed, on a database that has its schema, at a pace that
keeps no test waiting.

Importing the bot takes longer than a test may, so processes are forked from a server that has done it once.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from bot.app import Part, application
from bot.config import Settings
from bot.logs import set_up_logging
from db.engine import Database
from services.clock import Clock
from services.notifications.limiter import Limiter

EDIT_INTERVAL = 0.1
"""Seconds between two edits of a screen, and that a chat rests before it gets what it did not ask for."""

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


def quick_limiter() -> Limiter:
    return Limiter(1000, EDIT_INTERVAL)


async def _live(settings: Settings, parts: frozenset[Part]) -> None:
    assert settings.database_url is not None
    set_up_logging("console")
    db, clock = Database(settings.database_url.get_secret_value()), Clock(settings.clock)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with application(
        settings, db, clock, parts=parts, new_limiter=quick_limiter, edit_interval=EDIT_INTERVAL
    ) as app:
        ends: list[asyncio.Future[Any]] = [asyncio.create_task(stop.wait()), app.broken]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if app.broken.done():
            await app.broken


def _run(settings: Settings, parts: frozenset[Part], log: Path) -> None:
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    asyncio.run(_live(settings, parts))


class BotProcess:
    """One life of the bot. `log` gets what it prints."""

    def __init__(self, settings: Settings, log: Path, parts: frozenset[Part] = frozenset(Part)) -> None:
        self._process: ForkServerProcess = _FORKS.Process(
            target=_run, args=(settings, parts, log), daemon=True
        )
        self._process.start()

    @property
    def lives(self) -> bool:
        return self._process.is_alive()

    def freeze(self) -> None:
        """It does nothing any more, its connections stay open."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on as if nothing had happened."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGCONT)

    async def stop(self) -> None:
        """As systemd does it: whatever was begun is finished."""
        self._process.terminate()
        await asyncio.to_thread(self._process.join)

    def kill(self) -> None:
        """kill -9; returns when it is gone."""
        self._process.kill()
        self._process.join()
