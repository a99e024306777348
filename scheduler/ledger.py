"""The schedule against the ledger: what is due and not too late is run once.

APScheduler's cron triggers say when; its own timers know only the machine's clock, not ours, so each minute
of ours is a sweep that also finds what was missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import structlog
from apscheduler.triggers.cron import CronTrigger

from db.engine import Database
from db.listening import OUTAGE
from db.queries.schools import schools
from scheduler.table import Job
from services.clock import Clock
from services.job_runs import JobRuns, Ran

_MINUTE = timedelta(minutes=1)

log = structlog.get_logger()


def slots(job: Job, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[datetime]:
    """The job's slots in (after, until], in UTC. Stepping in UTC, an hour that comes twice in autumn cannot
    bring a slot twice or endlessly."""
    trigger = CronTrigger.from_crontab(job.cron, timezone=zone)
    moment = after.astimezone(UTC)
    while True:
        fire: datetime | None = trigger.get_next_fire_time(
            None, (moment + timedelta(seconds=1)).astimezone(zone)
        )
        if fire is None or fire > until:
            return
        moment = fire.astimezone(UTC)
        yield moment


class Scheduler:
    """Runs `jobs`; several at once do no harm."""

    def __init__(self, db: Database, clock: Clock, jobs: Sequence[Job]) -> None:
        self._db = db
        self._clock = clock
        self._jobs = jobs
        self._runs = JobRuns(db, clock)
        self._settled: set[tuple[int, str, datetime]] = set()

    async def run(self) -> None:
        """Until cancelled: sweep now, and at the beginning of every minute."""
        while True:
            try:
                await self.sweep()
            except OUTAGE as error:
                log.warning("scheduler.database_away", error=type(error).__name__)
            now = self._clock.now()
            next_minute = now.replace(second=0, microsecond=0) + _MINUTE
            await asyncio.sleep((next_minute - now).total_seconds())

    async def sweep(self) -> None:
        """Run every slot that is due, not too late and not done."""
        async with self._db.statement() as session:
            there = await schools(session)
        now = self._clock.now()
        for school, job in product(there, self._jobs):
            for slot in slots(job, ZoneInfo(school.timezone), now - job.too_late, now):
                if (school.id, job.name, slot) not in self._settled:
                    ran = await self._runs.run(job.name, slot, job.work, school_id=school.id)
                    if ran is Ran.DONE:
                        self._settled.add((school.id, job.name, slot))
