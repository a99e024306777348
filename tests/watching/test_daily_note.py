"""The administrator hears of what needs them, and of nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import BackupState, Channel, InboxState, JobState, OutboxState, StaffRole
from db.models import Backup, Binding, InboxUpdate, JobRun, OutboxMessage, StaffAppointment
from db.wall import ROLE
from handlers.texts.daily_note import daily_note_screen
from services.attention import Space, Watchman, is_nearly_full
from services.notifications.daily_note import (
    NAME,
    Concern,
    DailyNote,
    DailyNoteKind,
    Finding,
)
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from tests.golden import Golden
from tests.world import FakeClock, World, moment, new_school

NOW = moment("07:30")
HOUR = timedelta(hours=1)


@pytest.fixture
async def world(session: AsyncSession) -> World:
    """All is well: also the back-ups."""
    world = await new_school(session)
    administrator = await world.employ(await world.person("Дорохов Артур Ильич"), StaffRole.ADMINISTRATOR)
    await world.account_of(administrator)
    await world.add(
        Backup, started_at=NOW - HOUR, state=BackupState.GOOD, verified_at=NOW - HOUR, is_sound=True
    )
    return world


@pytest.fixture
def watchman(db: Database, tmp_path: Path) -> Watchman:
    return Watchman(db, tmp_path / "not" / "there" / "yet")


async def notes(session: AsyncSession) -> list[list[list[Any]]]:
    posted = await session.scalars(select(OutboxMessage.payload).where(OutboxMessage.kind == NAME))
    return [payload["findings"] for payload in posted]


async def message(world: World, state: OutboxState, created: datetime, due: datetime = NOW) -> None:
    [administrator] = await world.session.scalars(
        select(Binding.id).where(Binding.school_id == world.school_id).limit(1)
    )
    await world.add(
        OutboxMessage,
        school_id=world.school_id,
        binding_id=administrator,
        kind="absence_alert",
        payload={},
        priority=0,
        dedup_key=uuid4().hex,
        not_before=due,
        state=state,
        revision=1,
        sent_revision=0,
        attempts=8,
        created_at=created,
    )


async def update_kept(world: World, state: InboxState, came: datetime, done: datetime | None = None) -> None:
    await world.add(
        InboxUpdate,
        school_id=world.school_id,
        channel=Channel.TELEGRAM,
        bot_id=1,
        external_id=uuid4().int >> 70,
        chat_id=5,
        payload={},
        state=state,
        attempts=0,
        received_at=came,
        done_at=done,
    )


async def job(world: World, name: str, state: JobState, late: timedelta = timedelta()) -> None:
    slot = NOW - 3 * HOUR
    row = {"school_id": world.school_id, "job": name, "slot": slot, "state": state, "claim_token": uuid4()}
    times = {"lease_until": slot, "attempts": 3, "started_at": slot, "finished_at": slot + late}
    await world.session.execute(insert(JobRun).values(**row, **times))


async def families(world: World, *, blocked: int, of: int, at: datetime) -> None:
    for number in range(of):
        person_id = await world.person(f"Иванова Мария {number}")
        await world.account_of(person_id)
        if number < blocked:
            await world.session.execute(
                update(Binding).where(Binding.person_id == person_id).values(blocked_at=at)
            )


Wrong = Callable[[World], Awaitable[None]]

WRONG: dict[Concern, tuple[Wrong, list[int]]] = {
    Concern.FAILED_MESSAGES: (lambda world: message(world, OutboxState.FAILED, NOW - HOUR), [1, 0]),
    Concern.OLD_MESSAGES: (
        lambda world: message(world, OutboxState.QUEUED, NOW - HOUR, NOW - HOUR),
        [60, 0],
    ),
    Concern.FAILED_UPDATES: (lambda world: update_kept(world, InboxState.FAILED, NOW - HOUR, NOW), [1, 0]),
    Concern.GIVEN_UP: (lambda world: update_kept(world, InboxState.FAILED, NOW - HOUR), [1, 0]),
    Concern.OLD_UPDATES: (lambda world: update_kept(world, InboxState.NEW, NOW - HOUR), [60, 0]),
    Concern.FAILED_JOBS: (lambda world: job(world, "weekly_digest", JobState.FAILED), [1, 0]),
    Concern.LATE_JOBS: (lambda world: job(world, "weekly_digest", JobState.DONE, HOUR), [1, 0]),
    Concern.BLOCKED: (lambda world: families(world, blocked=3, of=5, at=NOW - HOUR), [3, 6]),
    Concern.BACKUPS: (
        lambda world: world.add(
            Backup, started_at=NOW, state=BackupState.FAILED, problem="disk_full", finished_at=NOW
        ),
        [1, 0],
    ),
}


async def test_when_all_is_well_nobody_is_told_anything(
    session: AsyncSession, world: World, watchman: Watchman
) -> None:
    await message(world, OutboxState.SENT, NOW - HOUR)
    await update_kept(world, InboxState.DONE, NOW - HOUR, NOW)
    await job(world, "weekly_digest", JobState.DONE)
    await families(world, blocked=2, of=5, at=NOW - HOUR)
    await watchman.tell(session, NOW)
    assert await notes(session) == []


async def test_what_was_wrong_before_yesterday_was_told_then(
    session: AsyncSession, world: World, watchman: Watchman
) -> None:
    long_ago = NOW - 30 * HOUR
    await message(world, OutboxState.FAILED, long_ago, due=long_ago)
    await update_kept(world, InboxState.FAILED, long_ago, long_ago)
    await families(world, blocked=5, of=5, at=long_ago)
    await watchman.tell(session, NOW)
    assert await notes(session) == []


@pytest.mark.parametrize("concern", WRONG)
async def test_each_thing_that_is_wrong_is_told(
    session: AsyncSession, world: World, watchman: Watchman, concern: Concern
) -> None:
    goes_wrong, numbers = WRONG[concern]
    await goes_wrong(world)
    await watchman.tell(session, NOW)
    assert await notes(session) == [[[concern, *numbers]]]


async def test_the_note_of_a_day_is_one_message_to_each_administrator(
    session: AsyncSession, world: World, watchman: Watchman
) -> None:
    await message(world, OutboxState.FAILED, NOW - HOUR)
    second = await world.employ(await world.person("Второва Анна Ильинична"), StaffRole.ADMINISTRATOR)
    teacher = await world.teacher("Соколова Анна Петровна")
    for person_id in (second, teacher):
        await world.account_of(person_id)
    for moment_ in (NOW, NOW + HOUR):
        await watchman.tell(session, moment_)
    assert len(await notes(session)) == 2


@pytest.mark.parametrize("concern", [concern for concern in WRONG if concern is not Concern.BACKUPS])
async def test_one_schools_trouble_is_not_told_in_another(
    session: AsyncSession, world: World, watchman: Watchman, concern: Concern
) -> None:
    other = await new_school(session)
    await other.account_of(await other.employ(await other.person("Чужов Пётр"), StaffRole.ADMINISTRATOR))
    goes_wrong, _ = WRONG[concern]
    await goes_wrong(world)
    await watchman.tell(session, NOW)
    posted = await session.scalars(select(OutboxMessage.school_id).where(OutboxMessage.kind == NAME))
    assert posted.all() == [world.school_id]


async def test_a_missing_wall_is_told_where_there_are_several_schools(
    session: AsyncSession, world: World, watchman: Watchman
) -> None:
    await session.execute(text(f"revoke delete on person from {ROLE}"))
    await watchman.tell(session, NOW)
    assert await notes(session) == []
    await new_school(session)
    await watchman.tell(session, NOW)
    assert await notes(session) == [[[Concern.WALL, 0, 0]]]


def test_a_disk_is_nearly_full_when_little_is_left_of_it_and_at_all() -> None:
    gigabyte = 1 << 30
    assert is_nearly_full(Space(100 * gigabyte, gigabyte // 2))
    assert not is_nearly_full(Space(100 * gigabyte, 3 * gigabyte))
    assert not is_nearly_full(Space(gigabyte, gigabyte // 2))


async def prepared(world: World, person_id: int, clock: FakeClock) -> Ready | Later | Skip:
    account = await world.account_of(person_id)
    [binding_id] = await world.session.scalars(
        select(Binding.id).where(Binding.external_user_id == account.external_user_id)
    )
    payload = {"findings": [["failed_jobs", 2, 0]]}
    due = DueMessage(1, world.school_id, binding_id, person_id, None, NAME, payload, None)
    return await DailyNoteKind().prepare(world.session, due, clock.now())


async def test_only_who_is_administrator_when_it_leaves_reads_it(
    session: AsyncSession, world: World, clock: FakeClock
) -> None:
    person_id = await world.employ(await world.person("Новиков Пётр Ильич"), StaffRole.ADMINISTRATOR)
    assert await prepared(world, person_id, clock) == Ready(DailyNote((Finding(Concern.FAILED_JOBS, 2),)))
    yesterday = clock.now().date() - timedelta(days=1)
    await session.execute(
        update(StaffAppointment).where(StaffAppointment.person_id == person_id).values(ends_on=yesterday)
    )
    assert await prepared(world, person_id, clock) == Skip(SkipReason.NO_ACCESS)


async def test_a_note_does_not_ring_at_night(world: World, clock: FakeClock) -> None:
    person_id = await world.employ(await world.person("Новиков Пётр Ильич"), StaffRole.ADMINISTRATOR)
    clock.set("23:30")
    assert isinstance(await prepared(world, person_id, clock), Later)


def test_the_words_of_every_concern(golden: Golden) -> None:
    everything = [Finding(concern, 12, 80 if concern is Concern.BLOCKED else 0) for concern in Concern]
    golden("daily_note/everything", daily_note_screen(DailyNote(tuple(everything))))
    golden("daily_note/one", daily_note_screen(DailyNote((Finding(Concern.LATE_JOBS, 1),))))
