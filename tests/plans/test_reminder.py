"""The reminder of plans: who lacks one, when, and only once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import LessonKind
from db.models import Binding, OutboxMessage, School, StaffAppointment
from services.notifications.plan_reminder import NAME, PlanReminder, PlanReminderKind, remind
from services.notifications.ports import DueMessage, Ready, Skip, SkipReason
from tests.plans.making import make_plan
from tests.world import Story, moment, story

DEADLINE = date(2026, 8, 31)


@pytest.fixture
async def people(session: AsyncSession) -> Story:
    people = await story(session)
    await session.execute(update(StaffAppointment).values(starts_on=date(2026, 8, 1)))
    for person in (people.anna, people.belova, people.mother):
        await people.world.account_of(person)
    return people


async def told(session: AsyncSession) -> set[int]:
    found = await session.scalars(
        select(Binding.person_id)
        .join(OutboxMessage, OutboxMessage.binding_id == Binding.id)
        .where(OutboxMessage.kind == NAME)
    )
    return set(found)


async def view(session: AsyncSession, people: Story, person_id: int, day: date) -> Ready | Skip:
    account = await people.world.account_of(person_id)
    binding_id = await session.scalar(
        select(Binding.id).where(Binding.external_user_id == account.external_user_id)
    )
    assert binding_id is not None
    message = DueMessage(
        id=1,
        school_id=people.world.school_id,
        binding_id=binding_id,
        person_id=person_id,
        pupil_id=None,
        kind=NAME,
        payload={"date": "2026-09-01"},
        external_ref=None,
    )
    return await PlanReminderKind().prepare(session, message, moment("15:00", day))


@pytest.mark.parametrize(
    ("day", "reminded"),
    [
        (date(2026, 8, 27), False),
        (date(2026, 8, 28), True),
        (DEADLINE, True),
        (date(2026, 9, 7), True),
        (date(2026, 9, 8), False),
        (date(2026, 9, 14), False),
    ],
)
async def test_teachers_hear_of_missing_plans_about_the_last_day(
    day: date, reminded: bool, people: Story, session: AsyncSession
) -> None:
    await remind(session, moment("15:00", day))
    assert await told(session) == ({people.anna, people.belova} if reminded else set())


async def test_five_days_before_the_year_where_the_regulation_says_so(
    people: Story, session: AsyncSession
) -> None:
    school = await session.get(School, people.world.school_id)
    assert school is not None
    school.preset = "kasli"
    await session.flush()
    await remind(session, moment("15:00", date(2026, 8, 24)))
    assert await told(session) == {people.anna, people.belova}


async def test_nobody_is_reminded_twice(people: Story, session: AsyncSession) -> None:
    for day in (28, 29, 31):
        await remind(session, moment("15:00", date(2026, 8, day)))
    messages = list(await session.scalars(select(OutboxMessage).where(OutboxMessage.kind == NAME)))
    assert len(messages) == 2
    assert {message.revision for message in messages} == {1}


async def test_who_begins_in_september_hears_of_it_in_september(people: Story, session: AsyncSession) -> None:
    await session.execute(
        update(StaffAppointment)
        .where(StaffAppointment.person_id == people.belova)
        .values(starts_on=date(2026, 9, 1))
    )
    await remind(session, moment("15:00", DEADLINE))
    assert await told(session) == {people.anna}
    await remind(session, moment("15:00", date(2026, 9, 1)))
    assert await told(session) == {people.anna, people.belova}


async def test_a_complete_plan_needs_no_reminder(people: Story, session: AsyncSession) -> None:
    rows = [(f"Тема {n}", LessonKind.LESSON) for n in range(16)]
    await make_plan(people.world, people.algebra, rows)
    await make_plan(people.world, people.russian, rows[:15])
    await remind(session, moment("15:00", DEADLINE))
    assert await told(session) == {people.belova}


async def test_the_message_says_what_is_lacking_when_it_leaves(people: Story, session: AsyncSession) -> None:
    await make_plan(people.world, people.algebra)
    ready = await view(session, people, people.anna, DEADLINE)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, PlanReminder)
    assert ready.view.deadline == DEADLINE
    assert [(one.subject, one.rows, one.lessons) for one in ready.view.courses] == [("Алгебра", 6, 16)]
    rows = [(f"Тема {n}", LessonKind.LESSON) for n in range(16)]
    await make_plan(people.world, people.russian, rows)
    assert await view(session, people, people.belova, DEADLINE) == Skip(SkipReason.CORRECTED)
    assert await view(session, people, people.mother, DEADLINE) == Skip(SkipReason.NO_ACCESS)


async def test_it_waits_for_the_end_of_the_quiet_hours(people: Story, session: AsyncSession) -> None:
    await remind(session, moment("23:30", DEADLINE))
    leaves = set(await session.scalars(select(OutboxMessage.not_before).where(OutboxMessage.kind == NAME)))
    assert leaves == {moment("07:00", date(2026, 9, 1))}
