"""«Вы замещаете…» and «Принято» (S5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from db.models import AuditEntry, StaffAppointment
from services.errors import NotFound
from services.notifications.ports import Later, Ready, Skip, SkipReason
from services.notifications.substitution_day import SubstitutionDay
from tests.substitutions.conftest import Office
from tests.world import MONDAY, moment

TUESDAY = MONDAY + timedelta(days=1)


async def numbers(office: Office, *, told: bool = False) -> tuple[list[int], list[int]]:
    """Lessons that the substitute's message names, and those it names as taken back."""
    (message,) = await office.messages()
    ready = await office.prepared(message, told=told)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, SubstitutionDay)
    return [row.number for row in ready.view.lessons], [row.number for row in ready.view.cancelled]


async def test_one_message_names_all_lessons_of_a_day(office: Office) -> None:
    people = office.people
    await people.world.slot(people.algebra, people.anna, 6)
    await office.substitute({3: people.belova, 6: people.belova})
    assert await numbers(office) == ([3, 6], [])


async def test_what_is_taken_back_edits_the_message(office: Office) -> None:
    people = office.people
    await people.world.slot(people.algebra, people.anna, 6)
    await office.substitute({3: people.belova, 6: people.belova})
    await office.substitute({3: None})
    assert await numbers(office, told=True) == ([6], [3])
    await office.substitute({6: None})
    assert await numbers(office, told=True) == ([], [3, 6])
    await office.substitute({3: people.belova})
    assert await numbers(office, told=True) == ([3], [6])


async def test_what_is_taken_back_before_it_was_told_is_not_told(office: Office) -> None:
    await office.substitute({3: office.people.belova})
    await office.substitute({3: None})
    (message,) = await office.messages()
    assert await office.prepared(message) == Skip(SkipReason.CORRECTED)


async def test_of_tomorrow_it_is_told_after_the_quiet_hours_and_of_today_at_once(office: Office) -> None:
    people = office.people
    await people.world.slot(people.algebra, people.anna, 2, weekday=2)
    office.clock.set("23:10")
    await office.substitute({2: people.belova}, day=TUESDAY)
    (message,) = await office.messages()
    later = await office.prepared(message)
    assert isinstance(later, Later)
    assert later.at.astimezone(moment("07:00").tzinfo).date() == TUESDAY
    office.clock.set("00:30", TUESDAY)
    assert isinstance(await office.prepared(message), Ready)


async def test_a_dismissed_substitute_is_told_nothing(office: Office) -> None:
    await office.substitute({3: office.people.belova})
    (message,) = await office.messages()
    await office.session.execute(
        update(StaffAppointment)
        .where(StaffAppointment.person_id == office.people.belova)
        .values(ends_on=MONDAY - timedelta(days=1))
    )
    assert await office.prepared(message) == Skip(SkipReason.NO_ACCESS)
    with pytest.raises(NotFound):
        await office.service.accept(actor=await office.actor(office.people.belova), day=MONDAY)


async def test_accepting_is_recorded_once_and_stands_in_the_register(office: Office) -> None:
    people = office.people
    await office.substitute({3: people.belova})
    belova = await office.actor(people.belova)
    for _ in range(2):
        view = await office.service.accept(actor=belova, day=MONDAY)
        assert all(row.accepted_at for row in view.lessons)
    (row,) = await office.rows()
    assert row.accepted_at == moment("10:17")
    accepted = await office.session.scalars(
        select(AuditEntry.id).where(AuditEntry.action == "substitution.accepted")
    )
    assert len(list(accepted)) == 1


async def test_a_lesson_that_is_added_later_is_to_be_accepted_too(office: Office) -> None:
    people = office.people
    await people.world.slot(people.algebra, people.anna, 6)
    await office.substitute({3: people.belova})
    await office.service.accept(actor=await office.actor(people.belova), day=MONDAY)
    await office.substitute({6: people.belova})
    assert [row.accepted_at is not None for row in await office.rows()] == [True, False]


async def test_accepting_what_was_taken_back_says_so(office: Office) -> None:
    people = office.people
    await office.substitute({3: people.belova})
    await office.substitute({3: None})
    view = await office.service.accept(actor=await office.actor(people.belova), day=MONDAY)
    assert (view.lessons, [row.number for row in view.cancelled]) == ((), [3])
    assert view.cancelled[0].accepted_at is None


@pytest.mark.parametrize("who", ["anna", "irina", "mother"])
async def test_nobody_else_accepts(office: Office, who: str) -> None:
    await office.substitute({3: office.people.belova})
    with pytest.raises(NotFound):
        await office.service.accept(actor=await office.actor(getattr(office.people, who)), day=MONDAY)
    (row,) = await office.rows()
    assert row.accepted_at is None
