"""What a bot that was killed may have left running over the same data."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path


def _servers_of(cluster: Path) -> list[int]:
    """PostgreSQL's processes work in the folder of their data: a sure sign, unlike a number in a file, which
    may by now be that of somebody else's process."""
    data, found = cluster.stat(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            ours = os.path.samestat((process / "cwd").stat(), data)
            if ours and (process / "comm").read_text().startswith("postgres"):
                found.append(int(process.name))
        except OSError:
            continue
    return found


async def end_leftovers(cluster: Path) -> None:
    """Return when no server works on `cluster` any more. Only for whoever holds the lock of this data.

    A server whose bot was killed is already shutting down (see launch); one that is not is told to. What is
    left of a server that was killed itself has nothing more to save. On other systems than Linux only
    PostgreSQL's own check remains, which refuses to start.
    """
    if sys.platform != "linux":
        return
    number_file = cluster / "postmaster.pid"
    left = _servers_of(cluster)
    named = number_file.read_text().split("\n", 1)[0] if number_file.exists() else ""
    if named.isdecimal() and int(named) in left:
        _tell([int(named)], signal.SIGINT)
    else:
        _tell(left, signal.SIGQUIT)
    while _servers_of(cluster):  # noqa: ASYNC110 - the end of others' processes wakes nobody
        await asyncio.sleep(0.05)
    # The number may belong to another process by now, and PostgreSQL would take that for a running server.
    number_file.unlink(missing_ok=True)


def _tell(processes: list[int], what: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, what)
