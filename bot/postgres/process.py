"""Running PostgreSQL's programs: as which account, and through the launcher."""

from __future__ import annotations

import asyncio
import os
import pwd
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    def take(self, path: Path) -> None:
        """Make the account the owner of `path`; nothing to do unless we are root."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)


def account_for(cluster: Path) -> Account:
    """Whose server it is. PostgreSQL refuses to run as root, so root lends it an account: the one that
    already owns the data, else `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if cluster.exists():
        owner = cluster.stat()
        return Account(owner.st_uid, owner.st_gid)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return Account(entry.pw_uid, entry.pw_gid)


def account_name() -> str:
    """Our own account's name, by which PostgreSQL knows us. Raises OSError when it has none."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise OSError(f"у учётной записи {os.geteuid()} нет имени в системе") from None


async def launch(
    account: Account, folder: Path, *command: str | Path, output: int | IO[bytes] = PIPE
) -> Process:
    """Start `command` in `folder`. Ctrl+C in the terminal does not reach it. On Linux it gets SIGINT when the
    thread that called this ends, so call it from one that lives as long as the process."""
    whose = (str(os.getpid()), str(account.uid), str(account.gid))
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", _LAUNCHER, *whose, folder, *command),
        stdin=DEVNULL,
        stdout=output,
        stderr=STDOUT,
        start_new_session=True,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
    )


async def output_of(account: Account, folder: Path, *command: str | Path) -> tuple[int, str]:
    """Run `command` to its end: the exit code and everything that it printed."""
    process = await launch(account, folder, *command)
    printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode(errors="replace").strip()
