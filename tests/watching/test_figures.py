"""What the database knows of the deployment, as Prometheus reads it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.ext.asyncio import AsyncSession

from bot.watching.figures import figures
from db.engine import Database
from db.enums import BackupState, BindingState, Channel, InboxState, JobState, OutboxState
from db.models import Backup, Binding, InboxUpdate, JobRun, OutboxMessage
from scheduler.table import JOBS, Job
from tests.statements import Statements
from tests.world import FakeClock, World, moment, new_school

HOURLY = Job("hourly", "0 * * * *", timedelta(hours=6), JOBS[0].work)

Sample = tuple[str, str | None]
"""Of which metric, and its label's value."""


@pytest.fixture
async def world(session: AsyncSession) -> World:
    return await new_school(session)


async def told(db: Database, clock: FakeClock, jobs: tuple[Job, ...] = ()) -> dict[Sample, float]:
    exposition = (await figures(db, clock.now(), jobs)).exposition().decode()
    return {
        (sample.name, next(iter(sample.labels.values()), None)): sample.value
        for family in text_string_to_metric_families(exposition)
        for sample in family.samples
    }


async def account(world: World, *, blocked: bool = False, state: BindingState = BindingState.ACTIVE) -> int:
    person_id = await world.person("Иванова Мария Сергеевна")
    number = 10**6 * world.school_id + person_id
    return await world.add(
        Binding,
        school_id=world.school_id,
        person_id=person_id,
        channel=Channel.TELEGRAM,
        external_user_id=number,
        chat_id=number,
        state=state,
        bound_at=moment("09:00"),
        blocked_at=moment("09:30") if blocked else None,
    )


async def message(world: World, due: str, state: OutboxState = OutboxState.QUEUED) -> None:
    await world.add(
        OutboxMessage,
        school_id=world.school_id,
        binding_id=await account(world),
        kind="absence_alert",
        payload={},
        priority=0,
        dedup_key=uuid4().hex,
        not_before=moment(due),
        state=state,
        revision=1,
        sent_revision=0,
        attempts=0,
        created_at=moment("09:00"),
    )


async def run(world: World, slot: str, state: JobState, finished: str | None = None) -> None:
    row = JobRun(
        school_id=world.school_id,
        job=HOURLY.name,
        slot=moment(slot),
        state=state,
        claim_token=uuid4(),
        lease_until=moment(slot),
        attempts=1,
        started_at=moment(slot),
        finished_at=None if finished is None else moment(finished),
    )
    world.session.add(row)
    await world.session.flush()


async def test_what_is_due_is_told_school_by_school(db: Database, world: World, clock: FakeClock) -> None:
    for due in ("10:07", "10:16", "10:18"):
        await message(world, due)
    await message(world, "08:00", OutboxState.SENT)
    other = await new_school(world.session)
    await message(other, "10:17")

    figures = await told(db, clock)

    assert figures["zvonok_outbox_due", str(world.school_id)] == 2
    assert figures["zvonok_outbox_oldest_seconds", str(world.school_id)] == 600
    assert figures["zvonok_outbox_oldest_seconds", str(other.school_id)] == 0


async def test_updates_wait_from_their_receipt(db: Database, world: World, clock: FakeClock) -> None:
    assert (await told(db, clock))["zvonok_inbox_oldest_seconds", None] == 0
    for number, (state, came) in enumerate([(InboxState.DONE, "10:00"), (InboxState.NEW, "10:16")]):
        await world.add(
            InboxUpdate,
            channel=Channel.TELEGRAM,
            bot_id=1,
            external_id=number,
            chat_id=5,
            payload={},
            state=state,
            attempts=0,
            received_at=moment(came),
        )
    figures = await told(db, clock)
    assert figures["zvonok_inbox_waiting", None] == 1
    assert figures["zvonok_inbox_oldest_seconds", None] == 60


async def test_accounts_whose_person_blocked_the_bot_are_counted(
    db: Database, world: World, clock: FakeClock
) -> None:
    for blocked in (True, False, False):
        await account(world, blocked=blocked)
    await account(world, blocked=True, state=BindingState.REVOKED)
    figures = await told(db, clock)
    assert figures["zvonok_accounts", str(world.school_id)] == 3
    assert figures["zvonok_accounts_blocked", str(world.school_id)] == 1


async def test_a_job_is_as_late_as_in_the_worst_school(db: Database, world: World, clock: FakeClock) -> None:
    await run(world, "10:00", JobState.DONE, "10:01")
    await run(await new_school(world.session), "10:00", JobState.DONE, "10:05")
    figures = await told(db, clock, (HOURLY,))
    assert figures["zvonok_job_late_seconds", "hourly"] == 300
    assert figures["zvonok_job_overdue_seconds", "hourly"] == 0
    assert figures["zvonok_job_failed", "hourly"] == 0


async def test_a_job_is_overdue_since_the_first_slot_that_nobody_began(
    db: Database, world: World, clock: FakeClock
) -> None:
    await run(world, "08:00", JobState.DONE, "08:00")
    figures = await told(db, clock, (HOURLY,))
    assert figures["zvonok_job_overdue_seconds", "hourly"] == 77 * 60


async def test_a_failed_job_is_failed_until_a_slot_succeeds(
    db: Database, world: World, clock: FakeClock
) -> None:
    await run(world, "10:00", JobState.FAILED, "10:00")
    assert (await told(db, clock, (HOURLY,)))["zvonok_job_failed", "hourly"] == 1
    clock.set("11:01")
    await run(world, "11:00", JobState.DONE, "11:00")
    assert (await told(db, clock, (HOURLY,)))["zvonok_job_failed", "hourly"] == 0


async def test_the_age_of_the_last_good_backup_is_told_when_there_is_one(
    db: Database, world: World, clock: FakeClock
) -> None:
    await world.add(Backup, started_at=moment("10:07"), state=BackupState.FAILED)
    assert ("zvonok_backup_age_seconds", None) not in await told(db, clock)
    await world.add(Backup, started_at=moment("09:17"), state=BackupState.GOOD)
    assert (await told(db, clock))["zvonok_backup_age_seconds", None] == 3600


async def test_figures_take_five_statements_however_many_schools(
    db: Database, world: World, clock: FakeClock, statements: Statements
) -> None:
    for _ in range(3):
        await new_school(world.session)
    statements.taken()
    await figures(db, clock.now(), JOBS)
    assert statements.taken() == 5
