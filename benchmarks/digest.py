"""The weekly digests of a whole school: all at once, and in a loop, side by side.

The loop is what one writes first: pupil by pupil and subject by subject. Beside it stands what the statements
for all cost when they are asked for one pupil at a time, as when somebody opens a week.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import func, select, text

from benchmarks.digest_by_pupil import digest_of
from benchmarks.figures import Figure, Size
from benchmarks.place import MONDAY_10_17, Place, bind_everybody, counted_statements
from benchmarks.telegram import Telegram
from db.engine import Database
from db.models import Enrolment, OutboxMessage, SchoolYear
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
    at_once, cpu, of_small, computed, one_by_one, in_a_loop, loop_cpu = [], [], [], [], [], [], []
    async with _records(place, size.school_copies, friday) as db, _records(place, 1, friday) as small:
        async with db.transaction() as session:
            school_id = (await session.scalars(select(SchoolYear.school_id))).one()
            weeks = await compute(session, school_id, None, monday, friday)
        some = sorted(weeks)[:: max(1, len(weeks) // _BY_ONE)]
        for _ in range(size.rounds):
            took, its_cpu = await _queue(db, friday)
            at_once.append(took)
            cpu.append(its_cpu)
            of_small.append((await _queue(small, friday))[0])

            begun = perf_counter()
            async with db.transaction() as session:
                found = await compute(session, school_id, None, monday, friday)
            computed.append(perf_counter() - begun)

            begun = perf_counter()
            for pupil_id in some:
                async with db.transaction() as session:
                    one = await compute(session, school_id, [pupil_id], monday, friday)
                    to_json(one[pupil_id])
                assert one[pupil_id] == found[pupil_id]
            one_by_one.append((perf_counter() - begun) / len(some))

            await _forget(db)
            begun, cpu_begun = perf_counter(), process_time()
            for pupil_id in some:
                async with db.transaction() as session:
                    averages = await digest_of(session, school_id, pupil_id, monday, friday)
                theirs = {subject.subject: subject.average for subject in found[pupil_id].subjects}
                assert theirs == {name: value for name, value in averages.items() if value is not None}
            in_a_loop.append((perf_counter() - begun) / len(some))
            loop_cpu.append((process_time() - cpu_begun) / len(some))
        await _forget(db)
        with counted_statements() as statements:
            async with db.transaction() as session:
                await digests.queue(session, friday)
        async with db.transaction() as session:
            queued = (await session.scalars(select(func.count()).select_from(OutboxMessage))).one()
        async with small.transaction() as session:
            pupils = (await session.scalars(select(func.count()).select_from(Enrolment))).one()
    each, every, loop, queue = (median(took) for took in (one_by_one, computed, in_a_loop, at_once))
    return [
        Figure(
            "weekly digests of a school: a loop over pupils, times all at once",
            loop * len(weeks) / queue,
            f"{len(weeks):,} pupils, decided, kept and queued: {loop * len(weeks):.0f} s "
            f"({loop * 1000:.0f} ms each), then {queue:.2f} s",
            at_least=40 if len(weeks) >= 1000 else None,
        ),
        Figure(
            "weekly digests of a school: the same of the bot's CPU",
            median(loop_cpu) * len(weeks) / median(cpu),
            f"{median(loop_cpu) * len(weeks):.0f} s, then {median(cpu):.2f} s",
        ),
        Figure(
            "weekly digests of a school: seconds for all",
            queue,
            f"{queued:,} messages; {queue * 1000 / len(weeks):.1f} ms a pupil",
        ),
        Figure(
            "weekly digests of a school: times those of a school of 300",
            queue / median(of_small),
            f"{len(weeks) / pupils:.0f} times the pupils; {median(of_small):.2f} s for {pupils}",
        ),
        Figure(
            "weekly digests of a school: SQL statements",
            statements.total(),
            "for any number of pupils",
            at_most=20,
        ),
        Figure(
            "weeks of a school: the same statements for each pupil alone, times for all at once",
            each * len(weeks) / every,
            f"{each * 1000:.1f} ms for one, {every:.2f} s for all",
        ),
    ]


@asynccontextmanager
async def _records(place: Place, copies: int, until: datetime) -> AsyncIterator[Database]:
    """The demo school so many times over, everybody bound, with all its records until then."""
    async with place.empty() as db:
        with tempfile.TemporaryDirectory(prefix="zvonok-bench-") as folder:
            write_large_school(Path(folder), copies)
            imported = await ImportService(db, Clock(until)).import_file(Path(folder))
        assert imported.ok, imported.errors[:3]
        await bind_everybody(db)
        async with db.transaction() as session:
            year = (await session.scalars(select(SchoolYear))).one()
            await sample_year.fill(session, year.school_id, year.starts_on, until.date(), until=until)
        await place.rest(db)
        yield db


async def _queue(db: Database, now: datetime) -> tuple[float, float]:
    """Queue the digests of a school that has none; the seconds, and those of this process's CPU."""
    await _forget(db)
    begun, cpu_begun = perf_counter(), process_time()
    async with db.transaction() as session:
        await digests.queue(session, now)
    return perf_counter() - begun, process_time() - cpu_begun


async def _forget(db: Database) -> None:
    async with db.transaction() as session:
        await session.execute(text("truncate outbox, digest, week_summary"))
