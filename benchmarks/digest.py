"""The weekly digests of a whole school: all at once, and pupil by pupil, side by side."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.figures import Figure, Size
from benchmarks.place import MONDAY_10_17, Place, bind_everybody
from benchmarks.telegram import Telegram
from db.models import Digest, OutboxMessage, SchoolYear, WeekSummary
from db.queries import sample_year
from sandbox.schoolmaker.large_school import write_large_school
from services.clock import Clock
from services.importing.service import ImportService
from services.week import digests
from services.week.computing import compute
from services.week.summary import to_json

_BY_ONE = 40
"""So many pupils of a school are enough to know what one takes."""


async def measure(place: Place, _telegram: Telegram, size: Size) -> list[Figure]:
    friday = MONDAY_10_17.replace(hour=18, minute=0) + timedelta(weeks=size.weeks, days=4)
    monday = friday.date() - timedelta(days=4)
    at_once, computed, one_by_one = [], [], []
    async with place.empty() as db:
        clock = Clock(friday)
        with tempfile.TemporaryDirectory(prefix="zvonok-bench-") as folder:
            write_large_school(Path(folder), size.school_copies)
            imported = await ImportService(db, clock).import_file(Path(folder))
        assert imported.ok, imported.errors[:3]
        await bind_everybody(db)
        async with db.transaction() as session:
            year = (await session.scalars(select(SchoolYear))).one()
            await sample_year.fill(session, year.school_id, year.starts_on, friday.date(), until=friday)
        async with db.transaction() as session:
            weeks = await compute(session, year.school_id, None, monday, friday)
        step = max(1, len(weeks) // _BY_ONE)
        some = sorted(weeks)[::step]
        for _ in range(size.rounds):
            async with db.transaction() as session:
                await _forget(session)
            begun = perf_counter()
            async with db.transaction() as session:
                await digests.queue(session, friday)
            at_once.append(perf_counter() - begun)

            begun = perf_counter()
            async with db.transaction() as session:
                found = await compute(session, year.school_id, None, monday, friday)
            computed.append(perf_counter() - begun)

            begun = perf_counter()
            for pupil_id in some:
                async with db.transaction() as session:
                    one = await compute(session, year.school_id, [pupil_id], monday, friday)
                    to_json(one[pupil_id])
                assert one[pupil_id] == found[pupil_id]
            one_by_one.append((perf_counter() - begun) / len(some))
        async with db.transaction() as session:
            queued = (await session.scalars(select(func.count()).select_from(OutboxMessage))).one()
    each, every = median(one_by_one), median(computed)
    return [
        Figure(
            "weekly digests of a school: pupil by pupil, times all at once",
            each * len(weeks) / every,
            f"{len(weeks)} pupils: {each * len(weeks):.1f} s ({each * 1000:.0f} ms each), "
            f"then {every * 1000:.0f} ms",
            at_least=40 if len(weeks) >= 1000 else None,
        ),
        Figure(
            "weekly digests of a school: milliseconds a pupil, decided, kept and queued",
            median(at_once) * 1000 / len(weeks),
            f"{queued:,} messages in {median(at_once):.2f} s",
        ),
    ]


async def _forget(session: AsyncSession) -> None:
    for model in (OutboxMessage, Digest, WeekSummary):
        await session.execute(delete(model))
