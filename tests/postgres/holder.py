"""A process that opens the database: says what happens on standard output, obeys standard input.

python -m tests.postgres.holder DATA_DIR
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from sqlalchemy import text

from bot.config import Settings
from bot.database import open_database
from bot.refusal import Refusal

NO_SYNC = {"fsync": "off"}
"""Much faster, and nothing that is committed is lost when only processes are killed."""


def _say(line: str) -> None:
    sys.stdout.write(line.strip() + "\n")
    sys.stdout.flush()


async def main(data_dir: Path) -> None:
    async with open_database(Settings(data_dir=data_dir), server_settings=NO_SYNC) as db:
        async with db.transaction() as session:
            # Several processes at once: PostgreSQL's own "if not exists" is not safe for that.
            await session.execute(text("select pg_advisory_xact_lock(1)"))
            await session.execute(text("create table if not exists committed (n int)"))
        _say("ready")
        orders = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(orders), sys.stdin
        )
        while line := (await orders.readline()).decode():
            async with db.transaction() as session:
                if line == "wait\n":
                    await session.execute(text("select pg_sleep(600)"))
                await session.execute(text("insert into committed values (:n)"), {"n": int(line)})
            _say(line)


if __name__ == "__main__":
    try:
        asyncio.run(main(Path(sys.argv[1])))
    except Refusal as refusal:
        sys.exit(str(refusal))
