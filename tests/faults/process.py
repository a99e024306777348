"""`zvonok run` as a process that may be killed.

Importing the bot takes longer than a test may, so processes are forked from a server that has done it once.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bot.cli import main

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["bot.commands.run", __name__])


def _run(environment: Mapping[str, str], log: Path) -> None:
    for name in [name for name in os.environ if name.startswith("ZVONOK_")]:
        del os.environ[name]
    os.environ.update(environment)
    # A folder without anybody's .env.
    os.chdir(log.parent)
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    main(["run"])


class BotProcess:
    """One life of the bot. `log` gets what it prints."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._process: ForkServerProcess = _FORKS.Process(target=_run, args=(environment, log), daemon=True)
        self._process.start()

    def freeze(self) -> None:
        """It does nothing any more, its connections stay open."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def kill(self) -> None:
        """kill -9; returns when it is gone."""
        self._process.kill()
        self._process.join()
