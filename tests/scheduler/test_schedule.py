"""The schedule: every slot once, missed ones too, whoever runs them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import JobState
from db.models import Conversation, InboxUpdate, JobRun
from db.queries import roster
from scheduler.ledger import Scheduler, slots
from scheduler.table import JOBS, Job
from services.job_runs import LEASE, MAX_ATTEMPTS, JobRuns, Ran
from services.job_runs import Work as JobWork
from tests.world import FakeClock, new_school

DAY = timedelta(days=1)
SLOT = datetime(2026, 9, 14, 0, 15, tzinfo=UTC)
"""03:15 in Moscow."""


class Work:
    """Leaves a row behind, so that what was rolled back can be seen."""

    def __init__(self) -> None:
        self.failures = 0
        self.calls = 0

    async def __call__(self, session: AsyncSession, now: datetime) -> None:
        self.calls += 1
        session.add(Conversation(key=f"{self.calls}", state=None, data={}, updated_at=now))
        await session.flush()
        if self.failures:
            self.failures -= 1
            raise ZeroDivisionError


async def left_behind(db: Database) -> int:
    async with db.transaction() as session:
        return await session.scalar(select(func.count()).select_from(Conversation)) or 0


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
async def school_id(committed_db: Database) -> int:
    async with committed_db.transaction() as session:
        return (await new_school(session)).school_id


@pytest.fixture
def db(committed_db: Database, school_id: int) -> Database:
    return committed_db


def job(work: JobWork, *, too_late: timedelta = timedelta(hours=20)) -> Job:
    return Job("purge", "15 3 * * *", too_late, work)


def test_a_slot_is_the_schools_wall_clock_in_utc() -> None:
    morning = job(Work())
    found = list(slots(morning, ZoneInfo("Europe/Moscow"), SLOT - DAY, SLOT))
    assert found == [SLOT]


def test_an_hour_that_comes_twice_and_one_that_is_left_out_bring_no_slot_twice() -> None:
    half_past_two = Job("j", "30 2 * * *", DAY, Work())
    berlin = ZoneInfo("Europe/Berlin")
    for change in (datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 3, 29, tzinfo=UTC)):
        found = list(slots(half_past_two, berlin, change - 2 * DAY, change + 2 * DAY))
        assert found == sorted(set(found))
        assert len({moment.astimezone(berlin).date() for moment in found}) >= 3
        assert len(found) <= 5


async def test_a_slot_that_was_missed_is_run_once_at_the_next_start(
    db: Database, clock: FakeClock, work: Work
) -> None:
    for _ in range(3):
        await Scheduler(db, clock, [job(work)]).sweep()
    assert work.calls == 1
    async with db.transaction() as session:
        run = (await session.scalars(select(JobRun))).one()
    assert (run.slot, run.state) == (SLOT, JobState.DONE)


async def test_a_slot_that_is_too_late_is_left_alone(db: Database, clock: FakeClock, work: Work) -> None:
    await Scheduler(db, clock, [job(work, too_late=timedelta(hours=1))]).sweep()
    assert work.calls == 0


async def test_the_next_day_is_another_slot(db: Database, clock: FakeClock, work: Work) -> None:
    scheduler = Scheduler(db, clock, [job(work)])
    await scheduler.sweep()
    clock.forward(days=1)
    await scheduler.sweep()
    assert work.calls == 2


async def test_two_processes_at_once_run_a_slot_once(db: Database, clock: FakeClock, work: Work) -> None:
    await asyncio.gather(*(Scheduler(db, clock, [job(work)]).sweep() for _ in range(4)))
    assert await left_behind(db) == 1


async def test_without_a_school_nothing_is_due(committed_db: Database, clock: FakeClock, work: Work) -> None:
    await Scheduler(committed_db, clock, [job(work)]).sweep()
    assert work.calls == 0


async def test_a_job_that_fails_leaves_nothing_half_done_and_is_tried_again(
    db: Database, clock: FakeClock, work: Work, school_id: int
) -> None:
    work.failures = 1
    runs = JobRuns(db, clock)
    assert await runs.run("purge", SLOT, work, school_id=school_id) is Ran.FAILED
    assert await left_behind(db) == 0
    assert await runs.run("purge", SLOT, work, school_id=school_id) is Ran.DONE
    assert await left_behind(db) == 1


async def test_a_job_that_always_fails_is_given_up_with_its_reason(
    db: Database, clock: FakeClock, work: Work
) -> None:
    work.failures = 99
    scheduler = Scheduler(db, clock, [job(work)])
    for _ in range(MAX_ATTEMPTS + 2):
        await scheduler.sweep()
    assert work.calls == MAX_ATTEMPTS
    async with db.transaction() as session:
        run = (await session.scalars(select(JobRun))).one()
    assert (run.state, run.error) == (JobState.FAILED, "ZeroDivisionError")


@pytest.mark.parametrize("statement", ["select 1 / 0", "insert into conversation (key) values (null)"])
async def test_a_job_whose_statement_is_refused_is_given_up_with_its_reason_as_any_other(
    db: Database, clock: FakeClock, work: Work, statement: str
) -> None:
    async def refused(session: AsyncSession, _now: datetime) -> None:
        await session.execute(text(statement))

    scheduler = Scheduler(db, clock, [job(refused), Job("other", "15 3 * * *", DAY, work)])
    for _ in range(MAX_ATTEMPTS):
        await scheduler.sweep()
    async with db.transaction() as session:
        runs = {run.job: run for run in await session.scalars(select(JobRun))}
    assert (runs["purge"].state, runs["purge"].attempts) == (JobState.FAILED, MAX_ATTEMPTS)
    assert (runs["other"].state, work.calls) == (JobState.DONE, 1)


async def test_a_sweep_in_which_one_schools_job_meets_an_outage_ends_with_the_others(
    db: Database, clock: FakeClock
) -> None:
    async with db.transaction() as session:
        await new_school(session)
    is_other, done = asyncio.Event(), asyncio.Event()

    async def look(_session: AsyncSession, _now: datetime) -> None:
        if not is_other.is_set():
            is_other.set()
            raise ConnectionResetError
        await asyncio.sleep(0.1)
        done.set()

    with pytest.raises(ConnectionResetError):
        await Scheduler(db, clock, [job(look)]).sweep()
    assert done.is_set()


async def test_the_slot_of_a_process_that_died_is_taken_over_and_its_late_work_is_rolled_back(
    db: Database, clock: FakeClock, work: Work, school_id: int
) -> None:
    stuck, go_on = asyncio.Event(), asyncio.Event()

    async def slow(session: AsyncSession, now: datetime) -> None:
        session.add(Conversation(key="slow", state=None, data={}, updated_at=now))
        stuck.set()
        await go_on.wait()

    runs = JobRuns(db, clock)
    slow_run = asyncio.create_task(runs.run("purge", SLOT, slow, school_id=school_id))
    await stuck.wait()
    assert await runs.run("purge", SLOT, work, school_id=school_id) is Ran.NOT_OURS
    clock.forward(seconds=LEASE.total_seconds())
    assert await runs.run("purge", SLOT, work, school_id=school_id) is Ran.DONE
    go_on.set()
    assert await slow_run is Ran.NOT_OURS
    assert await left_behind(db) == 1


async def _nothing(_session: AsyncSession, _now: datetime) -> None: ...


async def test_the_shipped_jobs_forget_what_is_old_and_keep_what_is_not(
    db: Database, clock: FakeClock, school_id: int
) -> None:
    now = clock.now()
    runs = JobRuns(db, clock)
    async with db.transaction() as session:
        for number, age in enumerate([timedelta(days=31), timedelta(hours=1)]):
            session.add(
                InboxUpdate(
                    channel="telegram",
                    bot_id=1,
                    external_id=number,
                    chat_id=1,
                    payload={},
                    state="done",
                    attempts=0,
                    received_at=now - age,
                    done_at=now - age,
                )
            )
            session.add(Conversation(key=f"{number}", state=None, data={}, updated_at=now - age))
    for age in (timedelta(days=31), timedelta(days=29)):
        await runs.run("long ago", now - age, _nothing, school_id=school_id)
    await Scheduler(db, clock, JOBS).sweep()
    async with db.transaction() as session:
        kept = await session.scalars(select(JobRun.slot).where(JobRun.job == "long ago"))
        assert kept.all() == [now - timedelta(days=29)]
        assert (await session.scalars(select(InboxUpdate.external_id))).all() == [1]
        assert (await session.scalars(select(Conversation.key))).all() == ["1"]


async def test_a_jobs_work_is_one_schools_with_the_wall_and_without(
    committed_db: Database, school_id: int, clock: FakeClock
) -> None:
    async with committed_db.transaction() as session:
        other_id = (await new_school(session)).school_id
    seen: list[list[int]] = []

    async def look(session: AsyncSession, now: datetime) -> None:
        seen.append([row[0] for row in await roster.schools(session)])

    views: list[Callable[[int], Database]] = [committed_db.of, lambda _: committed_db]
    for number, view in enumerate(views):
        for one in (school_id, other_id):
            await JobRuns(view(one), clock).run("look", SLOT + number * DAY, look, school_id=one)
    assert seen == [[school_id], [other_id]] * 2
