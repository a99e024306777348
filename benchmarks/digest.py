"""The weekly digests of a whole school: all at once, and in a loop, side by side.

The loop is what one writes first: pupil by pupil and subject by subject. Beside it stands what the statements
for all cost when they are asked for one pupil at a time, as when somebody opens a week.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.digest_by_pupil import digest_of
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
    at_once, computed, one_by_one, in_a_loop = [], [], [], []
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
                await _forget(session)
            begun = perf_counter()
            for pupil_id in some:
                async with db.transaction() as session:
                    averages = await digest_of(session, year.school_id, pupil_id, monday, friday)
                theirs = {subject.subject: subject.average for subject in found[pupil_id].subjects}
                assert theirs == {name: value for name, value in averages.items() if value is not None}
            in_a_loop.append((perf_counter() - begun) / len(some))
            async with db.transaction() as session:
                await _forget(session)
                await digests.queue(session, friday)
        async with db.transaction() as session:
            queued = (await session.scalars(select(func.count()).select_from(OutboxMessage))).one()
    each, every, loop, queue = (median(took) for took in (one_by_one, computed, in_a_loop, at_once))
    return [
        Figure(
            "weekly digests of a school: a loop over pupils, times all at once",
            loop * len(weeks) / queue,
            f"{len(weeks)} pupils, decided, kept and queued: {loop * len(weeks):.0f} s "
            f"({loop * 1000:.0f} ms each), then {queue:.2f} s",
            at_least=40 if len(weeks) >= 1000 else None,
        ),
        Figure(
            "weeks of a school: the same statements for each pupil alone, times for all at once",
            each * len(weeks) / every,
            f"{each * 1000:.1f} ms for one, {every:.2f} s for all",
        ),
        Figure(
            "weekly digests of a school: milliseconds a pupil, decided, kept and queued",
            queue * 1000 / len(weeks),
            f"{queued:,} messages in {queue:.2f} s",
        ),
    ]


async def _forget(session: AsyncSession) -> None:
    for model in (OutboxMessage, Digest, WeekSummary):
        await session.execute(delete(model))
