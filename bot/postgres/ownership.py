"""Whose the data is: of one process at a time, known by a lock that ends with it."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class Owner:
    process: int
    account: int


def take(home: Path) -> IO[str] | None:
    """The lock of this data, ours until it is closed or this process ends; None while another has it."""
    # Root's own, lest the server's account put links under root's feet; it only passes through.
    home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    file = (home / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    file.truncate(0)
    file.write(f"{os.getpid()} {os.geteuid()}")
    file.flush()
    return file


def owner_of(home: Path) -> Owner | None:
    """Who took the lock last; None while they are just taking it."""
    words = (home / "lock").read_text(encoding="utf-8").split()
    return Owner(*map(int, words)) if len(words) == 2 else None
