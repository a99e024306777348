"""The import of a large school, beside reading and checking its file alone."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.figures import Figure, Size
from benchmarks.place import Place
from benchmarks.telegram import Telegram
from sandbox.schoolmaker.large_school import write_large_school
from services.importing.service import ImportService, check_file

_ROUNDS = 3


async def measure(place: Place, _telegram: Telegram, size: Size) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="zvonok-bench-") as folder:
        path = Path(folder)
        write_large_school(path, size.school_copies)
        whole, reading = [], []
        for _ in range(min(_ROUNDS, size.rounds)):
            begun = perf_counter()
            checked = check_file(path, place.clock)
            reading.append(perf_counter() - begun)
            assert checked.ok, checked.errors[:3]
            async with place.empty() as db:
                begun = perf_counter()
                imported = await ImportService(db, place.clock).import_file(path)
                whole.append(perf_counter() - begun)
            assert imported.ok, imported.errors[:3]
    pupils, rows = imported.rows["pupils"], sum(imported.rows.values())
    return [
        Figure(
            "import: seconds for 1,000 pupils",
            median(whole) / pupils * 1000,
            f"{pupils:,} pupils, {rows:,} rows in {median(whole):.2f} s",
            at_most=5,
        ),
        Figure(
            "import: times reading and checking the file alone",
            median(whole) / median(reading),
            f"reading and checking: {median(reading):.2f} s",
        ),
    ]
