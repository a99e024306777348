"""Who is reminded of final marks, when, and in one message (J8)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from db.enums import FinalKind
from db.models import OutboxMessage, SchoolSetting, StaffAppointment
from services.notifications import final_marks_reminder
from services.notifications.final_marks_reminder import FinalMarksReminder, FinalMarksReminderKind
from services.notifications.ports import DueMessage, Ready, Skip, SkipReason
from tests.final_marks.conftest import Desk
from tests.final_marks.journal import DEADLINE, LAST_DAY, M
from tests.world import YEAR_END


async def reminded(desk: Desk, day: date, time: str = "14:00") -> list[int]:
    """The bindings that the day's job posts to."""
    desk.clock.set(time, day)
    kind = OutboxMessage.kind == final_marks_reminder.NAME
    before = set(await desk.session.scalars(select(OutboxMessage.id).where(kind)))
    await final_marks_reminder.remind(desk.session, desk.clock.now())
    rows = await desk.session.execute(select(OutboxMessage.id, OutboxMessage.binding_id).where(kind))
    return [binding_id for message_id, binding_id in rows if message_id not in before]


async def said(desk: Desk, person_id: int, *, shown: bool = False) -> Ready | Skip:
    """What the newest reminder of a person says now."""
    actor = await desk.actor(person_id)
    message = (
        await desk.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.binding_id == actor.binding_id)
            .order_by(OutboxMessage.id.desc())
            .limit(1)
        )
    ).one()
    due = DueMessage(
        *(message.id, message.school_id, message.binding_id, person_id, None, message.kind, message.payload),
        1 if shown else None,
    )
    return await FinalMarksReminderKind().prepare(desk.session, due, desk.clock.now())


@pytest.mark.parametrize(
    ("day", "rings"),
    [
        (LAST_DAY - timedelta(days=1), False),
        (LAST_DAY, True),
        (LAST_DAY + timedelta(days=1), False),
        (DEADLINE, True),
        (DEADLINE + timedelta(days=1), False),
        (YEAR_END, True),
    ],
)
async def test_teachers_are_reminded_on_the_last_day_and_on_the_deadlines(
    desk: Desk, day: date, rings: bool
) -> None:
    for person in (desk.people.anna, desk.people.belova, desk.people.irina):
        await desk.people.world.account_of(person)
    own = {(await desk.actor(person)).binding_id for person in (desk.people.anna, desk.people.belova)}
    assert set(await reminded(desk, day)) == (own if rings else set())


async def test_all_courses_stand_in_one_message_which_shrinks(desk: Desk) -> None:
    people = desk.people
    geometry = await people.world.course("Геометрия", people.anna, people.group)
    binding = (await desk.actor()).binding_id
    assert await reminded(desk, LAST_DAY) == [binding]
    ready = await said(desk, people.anna)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, FinalMarksReminder)
    assert [course.subject for course in ready.view.courses] == ["Алгебра", "Геометрия"]
    await desk.accept()
    for pupil in (people.agaev, people.ivanov, people.petrova, people.sidorenko):
        await desk.give(pupil, M.NOT_ASSESSED, course_id=geometry)
    message = (
        await desk.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == final_marks_reminder.NAME)
        )
    ).one()
    assert message.revision == 6  # posted, then brought up to date with every giving
    done = await said(desk, people.anna, shown=True)
    assert isinstance(done, Ready)
    assert isinstance(done.view, FinalMarksReminder)
    assert done.view.courses == ()
    assert await said(desk, people.anna) == Skip(SkipReason.CORRECTED)


async def test_who_has_given_all_marks_is_not_reminded(desk: Desk) -> None:
    await desk.accept()
    assert (await desk.actor()).binding_id not in await reminded(desk, LAST_DAY)
    assert (await desk.finals.due(actor=await desk.actor()))[0].given == 4


async def test_who_does_not_teach_any_more_is_not_told(desk: Desk) -> None:
    await desk.people.world.account_of(desk.people.anna)
    await reminded(desk, LAST_DAY)
    desk.clock.set("14:00", LAST_DAY + timedelta(days=1))

    left = update(StaffAppointment).where(StaffAppointment.person_id == desk.people.anna)
    await desk.session.execute(left.values(ends_on=LAST_DAY))
    assert await said(desk, desk.people.anna) == Skip(SkipReason.NO_ACCESS)


async def test_the_years_marks_are_due_at_its_end(desk: Desk) -> None:
    desk.clock.set("12:00", YEAR_END)
    due = await desk.finals.due(actor=await desk.actor())
    assert [(course.kind, course.pupils, course.given) for course in due] == [(FinalKind.YEAR, 4, 0)]


async def test_a_family_has_nothing_due(desk: Desk) -> None:
    assert await desk.finals.due(actor=await desk.actor(desk.people.mother)) == ()


async def test_the_schools_own_deadline_moves_the_reminder(desk: Desk) -> None:
    desk.session.add(SchoolSetting(school_id=desk.people.world.school_id, key="final_mark_days", value="5"))
    await desk.session.flush()
    await desk.people.world.account_of(desk.people.anna)
    assert not await reminded(desk, DEADLINE)
    assert await reminded(desk, LAST_DAY + timedelta(days=5))
