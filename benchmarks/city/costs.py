"""What single things cost while other schools are in the database."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import cycle, islice
from statistics import median
from time import perf_counter

from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.lesson import open_lesson
from benchmarks.load.storm import has_called
from benchmarks.place import MONDAY_10_17
from benchmarks.processes import zvonok
from benchmarks.telegram import Telegram
from db.engine import Database
from db.queries import roster
from sandbox import TelegramSandbox
from scheduler.ledger import Scheduler
from scheduler.table import JOBS
from services.attendance import AttendanceService
from services.clock import Clock
from services.vocabulary import AttendanceStatus
from services.week import digests

NIGHT = MONDAY_10_17.replace(hour=2) + timedelta(days=2)
"""Nothing is due that takes long."""
_WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Process:
    """`zvonok run`, serving every school."""

    megabytes: float
    cpu: float
    """Of a core, while nobody does anything."""
    start: float
    """Seconds until every bot listens."""


class _TakenBack(Exception):
    """Nothing of it is kept."""


async def tap(db: Database, taps: int) -> float:
    """Milliseconds of a tap in a register, from service to commit. `db`: as the school sees it."""
    clock = Clock(MONDAY_10_17)
    lesson = await open_lesson(db, clock)
    attendance, took = AttendanceService(db, clock), []
    statuses = cycle([AttendanceStatus.ABSENT, AttendanceStatus.PRESENT])
    cells = ((status, cell) for status in statuses for cell in lesson.register.cells)
    for status, cell in islice(cells, taps + _WARM_UP):
        begun = perf_counter()
        await attendance.set_cell(
            account=lesson.account,
            lesson_id=lesson.register.lesson_id,
            pupil_id=cell.pupil_id,
            status=status,
        )
        took.append((perf_counter() - begun) * 1000)
    return median(took[_WARM_UP:])


async def jobs_of_one(db: Database, school_id: int, now: datetime, rounds: int) -> float:
    """Milliseconds of every job once, but the digests; nothing of it is kept."""
    took = []
    for _ in range(rounds):
        begun = perf_counter()
        for job in JOBS:
            if job.work is not digests.queue:
                try:
                    async with db.transaction() as session:
                        roster.limit_to(session, school_id)
                        await job.work(session, now)
                        raise _TakenBack
                except _TakenBack:
                    pass
        took.append((perf_counter() - begun) * 1000)
    return median(took)


async def sweep(db: Database, clock: Clock) -> tuple[float, float]:
    """Milliseconds of the scheduler's bookkeeping for a slot that is due, and of a sweep when none is."""
    done = 0

    async def nothing(_session: AsyncSession, _now: datetime) -> None:
        nonlocal done
        done += 1

    scheduler = Scheduler(db, clock, [replace(job, work=nothing) for job in JOBS])
    begun = perf_counter()
    await scheduler.sweep()
    due = perf_counter() - begun
    begun = perf_counter()
    await scheduler.sweep()
    return due * 1000 / max(done, 1), (perf_counter() - begun) * 1000


async def memory(db: Database, telegram: Telegram, bots: Sequence[str], key: str, seconds: float) -> Process:
    """`bots`: their tokens; it is watched for so many seconds when it has begun, and so many more."""
    await telegram.run(_expect, bots)
    with tempfile.TemporaryDirectory(prefix="zvonok-bench-") as folder:
        settings = {
            "secret_key": key,
            "bot_api_url": telegram.url,
            "database_url": db.url,
            "data_dir": folder,
            "clock": NIGHT.isoformat(),
        }
        begun = perf_counter()
        async with zvonok(settings) as process:
            await telegram.run(has_called, "deleteWebhook", len(bots))
            start = perf_counter() - begun
            await asyncio.sleep(seconds)
            used = process.cpu_seconds()
            await asyncio.sleep(seconds)
            used = process.cpu_seconds() - used
            return Process(process.megabytes(), used / seconds, start)


async def _expect(sandbox: TelegramSandbox, tokens: Sequence[str]) -> None:
    """Over there: these bots are known."""
    sandbox.calls.clear()
    for token in tokens:
        if token not in sandbox.state.bots:
            sandbox.add_bot(token, f"bench_{token.partition(':')[0]}")
