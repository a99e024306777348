"""Whose week goes on paper, and who may print it (C3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import Binding
from handlers.texts.week_printing import choose_print_screen
from services.errors import NotFound
from services.events import EventDraft, EventService
from services.week.printing import WeekPrintService
from tests.access.people import School, staffed_school
from tests.golden import Golden
from tests.statements import Statements
from tests.world import MONDAY, FakeClock, moment

NEXT_DAY = MONDAY + timedelta(days=1)


@pytest.fixture
async def school(session: AsyncSession) -> School:
    return await staffed_school(session)


@pytest.fixture
def prints(db: Database, clock: FakeClock) -> WeekPrintService:
    return WeekPrintService(db, clock)


async def test_paper_is_for_those_whom_no_message_reaches(
    school: School, prints: WeekPrintService, db: Database, clock: FakeClock, session: AsyncSession
) -> None:
    world, people = school.world, school.story
    irina = await world.actor(people.irina)
    for person_id in (people.mother, people.father):
        await world.account_of(person_id)
    await session.execute(
        update(Binding).where(Binding.person_id == people.father).values(blocked_at=moment("09:00"))
    )
    paper = await prints.choose(actor=irina, group_id=people.group)
    assert paper.monday == MONDAY - timedelta(days=7)
    reached = {one.pupil_id for one in paper.pupils if one.reached}
    assert (reached, paper.unreached) == ({people.ivanov}, 3)
    # A week of which there is nothing to say is printed only when it is asked for by name.
    assert (await prints.whole_class(actor=irina, group_id=people.group, day=MONDAY)).weeks == ()
    one = await prints.one(actor=irina, group_id=people.group, pupil_id=people.agaev, day=MONDAY)
    assert [week.last_name for week in one.weeks] == ["Агаев"]
    trip = EventDraft(NEXT_DAY, None, "Экскурсия", "")
    await EventService(db, clock).add(actor=irina, group_id=people.group, draft=trip)
    clock.set("10:17", MONDAY)
    outside = await prints.unreached(actor=irina, group_id=people.group, day=MONDAY)
    assert [week.last_name for week in outside.weeks] == ["Агаев", "Петрова", "Сидоренко"]
    everybody = await prints.whole_class(actor=irina, group_id=people.group, day=MONDAY)
    assert [week.last_name for week in everybody.weeks] == ["Агаев", "Иванов", "Петрова", "Сидоренко"]


async def test_only_who_leads_the_class_or_manages_the_school_prints(
    school: School, prints: WeekPrintService
) -> None:
    world, people = school.world, school.story
    other = await world.group("7В", 7)
    stranger = await world.pupil("Чужов Лев", other)
    irina = await world.actor(people.irina)
    with pytest.raises(NotFound):
        await prints.choose(actor=irina, group_id=other)
    with pytest.raises(NotFound):
        await prints.one(actor=irina, group_id=people.group, pupil_id=stranger, day=MONDAY)
    for person_id in (people.mother, people.ivanov, people.anna, school.administrator, school.secretary):
        actor = await world.actor(person_id)
        with pytest.raises(NotFound):
            await prints.whole_class(actor=actor, group_id=people.group, day=MONDAY)
        with pytest.raises(NotFound):
            await prints.one(actor=actor, group_id=people.group, pupil_id=people.ivanov, day=MONDAY)
    director = await world.actor(school.director)
    assert (await prints.choose(actor=director, group_id=people.group)).group == "7Б"


async def test_a_class_costs_the_same_statements_of_any_size(
    school: School, prints: WeekPrintService, statements: Statements
) -> None:
    world, people = school.world, school.story
    irina = await world.actor(people.irina)

    async def cost() -> int:
        statements.taken()
        await prints.whole_class(actor=irina, group_id=people.group, day=MONDAY)
        return statements.taken()

    small = await cost()
    for number in range(8):
        await world.guardian(f"Мама {number}", await world.pupil(f"Ученик {number}", people.group))
    assert await cost() == small


async def test_the_choice_in_words(school: School, prints: WeekPrintService, golden: Golden) -> None:
    people = school.story
    irina = await school.world.actor(people.irina)
    paper = await prints.choose(actor=irina, group_id=people.group, day=MONDAY)
    golden("week/print", choose_print_screen(replace(paper, group_id=7)))
