"""`make bench`: every benchmark in one run, as a table here and in docs/performance.md."""

from __future__ import annotations

import asyncio
import gc
import logging
import re
import sys
import tempfile
from pathlib import Path

import structlog

from benchmarks import (
    alerts,
    broadcast,
    class_message,
    digest,
    enqueue,
    imports,
    journal_page,
    routing,
    taps,
    throughput,
    year,
)
from benchmarks.figures import FULL, Figure, machine, markdown_table, plain_table
from benchmarks.place import Place
from benchmarks.telegram import Telegram
from bot.postgres import EmbeddedPostgres

ALL = {
    "taps": taps.measure,
    "alerts": alerts.measure,
    "throughput": throughput.measure,
    "enqueue": enqueue.measure,
    "routing": routing.measure,
    "imports": imports.measure,
    "class_message": class_message.measure,
    "journal_page": journal_page.measure,
    "year": year.measure,
    "digest": digest.measure,
    "broadcast": broadcast.measure,
}
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
_TABLE = re.compile(r"(?<=<!-- table -->\n).*(?=<!-- /table -->)", re.DOTALL)


async def main(chosen: list[str]) -> None:
    """All of them, or those whose names are given; only the whole table goes into the page."""
    gc.freeze()  # as `zvonok run` does
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="zvonok-bench-") as folder:
        async with EmbeddedPostgres(Path(folder)) as url, Telegram() as telegram:
            place = Place(url)
            await place.prepare()
            for name in chosen or ALL:
                print(f"{name}…", file=sys.stderr, flush=True)
                figures += await ALL[name](place, telegram, FULL)
            where = machine(await place.server_version())
    print(plain_table(figures), where, sep="\n")
    if not chosen:
        table = f"{markdown_table(figures)}\n\n{where}\n"
        PAGE.write_text(_TABLE.sub(lambda _: table, PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(main(sys.argv[1:]))
