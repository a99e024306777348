"""A process that holds the embedded server: says what happens on standard output, obeys standard input.

python -m tests.postgres.holder DATA_DIR
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.postgres import EmbeddedPostgres
from bot.refusal import Refusal


def _say(line: str) -> None:
    sys.stdout.write(line.strip() + "\n")
    sys.stdout.flush()


async def main(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as url:
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            await connection.execute(text("create table if not exists committed (n int)"))
        _say("ready")
        for line in sys.stdin:
            async with engine.begin() as connection:
                await connection.execute(text("insert into committed values (:n)"), {"n": int(line)})
            _say(line)
        await engine.dispose()


if __name__ == "__main__":
    try:
        asyncio.run(main(Path(sys.argv[1])))
    except Refusal as refusal:
        sys.exit(str(refusal))
