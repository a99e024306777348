"""What the database knows of the whole deployment, asked at a scrape; every process tells the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from db.engine import Database
from db.enums import BackupState, JobState
from db.queries import backups, watching
from db.queries.backups import BackupRow
from db.queries.watching import Accounts, DueMessages, NewestRun, WaitingUpdates
from scheduler.ledger import slots
from scheduler.table import Job

_GRACE = timedelta(minutes=2)
"""A sweep begins every minute."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one moment."""

    now: datetime
    due: Sequence[DueMessages]
    waiting: WaitingUpdates
    accounts: Sequence[Accounts]
    runs: Sequence[NewestRun]
    backup: BackupRow | None
    """The last good one."""
    jobs: Sequence[Job]

    def exposition(self) -> bytes:
        """As Prometheus reads it."""
        return exposition(self._metrics())

    def _metrics(self) -> Iterator[Metric]:
        yield database_up(True)
        by_school = ["school"]
        due = GaugeMetricFamily("zvonok_outbox_due", "Messages that should have left", labels=by_school)
        age = GaugeMetricFamily(
            "zvonok_outbox_oldest_seconds", "How long the oldest of them has been due", labels=by_school
        )
        for one in self.due:
            due.add_metric([str(one.school_id)], one.messages)
            age.add_metric([str(one.school_id)], self._ago(one.oldest))
        yield from (due, age)
        yield GaugeMetricFamily("zvonok_inbox_waiting", "Updates not handled yet", self.waiting.updates)
        yield GaugeMetricFamily(
            "zvonok_inbox_oldest_seconds",
            "How long the oldest of them has waited",
            0.0 if self.waiting.oldest is None else self._ago(self.waiting.oldest),
        )
        yield from self._accounts()
        yield from self._jobs()
        if self.backup is not None:
            yield GaugeMetricFamily(
                "zvonok_backup_age_seconds",
                "Since the last good back-up was begun",
                self._ago(self.backup.started_at),
            )

    def _accounts(self) -> Iterator[Metric]:
        active = GaugeMetricFamily("zvonok_accounts", "Accounts that are connected", labels=["school"])
        blocked = GaugeMetricFamily(
            "zvonok_accounts_blocked", "Those whose person has blocked the bot", labels=["school"]
        )
        for one in self.accounts:
            active.add_metric([str(one.school_id)], one.active)
            blocked.add_metric([str(one.school_id)], one.blocked)
        yield from (active, blocked)

    def _jobs(self) -> Iterator[Metric]:
        late = GaugeMetricFamily(
            "zvonok_job_late_seconds",
            "From the newest slot until it was done; the worst school",
            labels=["job"],
        )
        overdue = GaugeMetricFamily(
            "zvonok_job_overdue_seconds",
            "Since the oldest slot not begun yet; the worst school",
            labels=["job"],
        )
        failed = GaugeMetricFamily(
            "zvonok_job_failed", "Schools for which the newest slot failed", labels=["job"]
        )
        for job in self.jobs:
            runs = [run for run in self.runs if run.job == job.name]
            late.add_metric([job.name], max((_lateness(run) for run in runs), default=0.0))
            overdue.add_metric([job.name], max((self._overdue(job, run) for run in runs), default=0.0))
            failed.add_metric([job.name], sum(run.state is JobState.FAILED for run in runs))
        yield from (late, overdue, failed)

    def _overdue(self, job: Job, run: NewestRun) -> float:
        begin = self.now - job.too_late
        if run.slot is not None:
            begin = max(begin, run.slot)
        missed = next(slots(job, ZoneInfo(run.timezone), begin, self.now - _GRACE), None)
        return 0.0 if missed is None else self._ago(missed)

    def _ago(self, moment: datetime) -> float:
        return (self.now - moment).total_seconds()


def database_up(up: bool) -> Metric:
    return GaugeMetricFamily("zvonok_database_up", "1 when the database answers", float(up))


def exposition(metrics: Iterable[Metric]) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Collected(tuple(metrics)))
    return generate_latest(registry)


@dataclass(frozen=True, eq=False)
class _Collected:
    metrics: tuple[Metric, ...]

    def collect(self) -> Iterable[Metric]:
        return self.metrics


def _lateness(run: NewestRun) -> float:
    if run.slot is None or run.finished_at is None or run.state is not JobState.DONE:
        return 0.0
    return (run.finished_at - run.slot).total_seconds()


async def figures(db: Database, now: datetime, jobs: Sequence[Job]) -> Figures:
    """One statement for each. Raises OUTAGE when the database is away."""
    async with db.statement() as session:
        due = await watching.due_messages(session, now)
    async with db.statement() as session:
        waiting = await watching.waiting_updates(session)
    async with db.statement() as session:
        accounts = await watching.accounts(session)
    async with db.statement() as session:
        runs = await watching.newest_runs(session, [job.name for job in jobs])
    async with db.statement() as session:
        backup = await backups.newest(session, now, BackupState.GOOD)
    return Figures(now, due, waiting, accounts, runs, backup, jobs)
