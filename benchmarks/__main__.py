"""`make bench`: every benchmark but the city's in one run, as a table here and in docs/performance.md."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from traceback import print_exc

import structlog

from benchmarks import (
    alerts,
    broadcast,
    city,
    class_message,
    digest,
    enqueue,
    imports,
    journal_page,
    load,
    routing,
    taps,
    throughput,
    year,
)
from benchmarks.city import growth
from benchmarks.city.growth import Stage
from benchmarks.figures import FULL, Figure, machine, markdown_table, plain_table
from benchmarks.place import Place
from benchmarks.taps import journal
from benchmarks.telegram import Telegram
from bot.commands.run import rarely_look_for_garbage
from bot.postgres import EmbeddedPostgres

ALL = {
    "taps": taps.measure,
    "journal": journal.measure,
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
    "load": load.measure,
}
DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "performance.md"
CITY = "city"
"""Takes as long as all the others: asked for by its name, it has a table and a drawing of its own."""


async def main(chosen: list[str]) -> bool:
    """All of them, or those whose names are given; each is shown as it ends, but only a whole table goes into
    the page. Says whether all came to their end."""
    rarely_look_for_garbage()
    figures: list[Figure] = []
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="zvonok-bench-") as folder:
        async with EmbeddedPostgres(Path(folder)) as url, Telegram() as telegram:
            place = Place(url)
            await place.prepare()
            where = machine(await place.server_version())
            for name in chosen or ALL:
                print(f"{name}…", file=sys.stderr, flush=True)
                try:
                    figures += await _measure(name, place, telegram, where)
                except Exception:  # noqa: BLE001 - the others have figures of their own
                    print_exc()
                    failed.append(name)
    print(where)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    elif not chosen:
        _write("table", f"{markdown_table(figures)}\n\n{where}\n")
    return not failed


async def _measure(name: str, place: Place, telegram: Telegram, where: str) -> list[Figure]:
    if name == CITY:
        stages = await city.grow(place, telegram, FULL)
        _write_city(stages, where)
        figures = city.figures(stages)
    else:
        figures = await ALL[name](place, telegram, FULL)
    print(plain_table(figures), flush=True)
    return figures


def _write_city(stages: Sequence[Stage], where: str) -> None:
    figures = markdown_table(city.figures(stages))
    _write("city", f"{growth.table(stages)}\n\n{figures}\n\n{where}\n")
    (DOCS / "pictures" / "growth.svg").write_text(growth.drawing(stages), "utf-8")


def _write(name: str, table: str) -> None:
    """Between the marks of that name."""
    between = re.compile(rf"(?<=<!-- {name} -->\n).*(?=<!-- /{name} -->)", re.DOTALL)
    PAGE.write_text(between.sub(lambda _: table, PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sys.exit(not asyncio.run(main(sys.argv[1:])))
