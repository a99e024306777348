"""The schedule against the ledger: what is due and not too late is run once.

APScheduler's cron triggers say when; its own timers know only the machine's clock, not ours, so each minute
of ours is a sweep that also finds what was missed.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.triggers.cron import CronTrigger

from db.engine import Database
from db.listening import OUTAGE
from db.queries import jobs as queries
from db.queries.jobs import Slot
from db.queries.schools import schools
from scheduler.table import Job
from services.clock import Clock
from services.job_runs import JobRuns, Ran
from services.watching import Pulse

_MINUTE = timedelta(minutes=1)
_SIDE_BY_SIDE = 4

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

    def __init__(
        self, db: Database, clock: Clock, jobs: Sequence[Job], *, pulse: Pulse | None = None
    ) -> None:
        self._db = db
        self._clock = clock
        self._jobs = jobs
        self._pulse = pulse or Pulse()
        self._settled: set[Slot] = set()
        self._free = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def run(self) -> None:
        """Until cancelled: sweep now, and at the beginning of every minute."""
        while True:
            try:
                await self.sweep()
                self._pulse.beat()
            except OUTAGE as error:
                log.warning("scheduler.database_away", error=type(error).__name__)
            now = self._clock.now()
            next_minute = now.replace(second=0, microsecond=0) + _MINUTE
            await asyncio.sleep((next_minute - now).total_seconds())

    async def sweep(self) -> None:
        """Run every slot that is due, not too late and not done: each school's one by one, a few schools at
        a time, so that a large one does not keep the others waiting."""
        now = self._clock.now()
        async with self._db.statement() as session:
            there = await schools(session)
        due = {zone: list(self._due(ZoneInfo(zone), now)) for zone in {school.timezone for school in there}}
        slots_due = {
            Slot(school.id, job.name, slot): job for school in there for job, slot in due[school.timezone]
        }
        self._settled &= slots_due.keys()
        left = slots_due.keys() - self._settled
        if left:
            async with self._db.statement() as session:
                self._settled |= await queries.done(session, left)
        of_schools: defaultdict[int, list[tuple[Slot, Job]]] = defaultdict(list)
        for slot, job in slots_due.items():
            if slot not in self._settled:
                of_schools[slot.school_id].append((slot, job))
        outages = await asyncio.gather(*map(self._run, of_schools.values()), return_exceptions=True)
        # Only now: nobody is left at work of whom nobody would hear.
        for outage in filter(None, outages):
            raise outage

    def _due(self, zone: ZoneInfo, now: datetime) -> Iterator[tuple[Job, datetime]]:
        for job in self._jobs:
            for slot in slots(job, zone, now - job.too_late, now):
                yield job, slot

    async def _run(self, due: Sequence[tuple[Slot, Job]]) -> None:
        async with self._free:
            for slot, job in due:
                runs = JobRuns(self._db.of(slot.school_id), self._clock)
                if await runs.run(job.name, slot.at, job.work, school_id=slot.school_id) is Ran.DONE:
                    self._settled.add(slot)
