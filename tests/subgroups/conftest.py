"""7Б learns English in two subgroups: Соколова has Агаев and Иванов, Белова Петрова; Сидоренко is in none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import (
    Binding,
    Course,
    CourseGroup,
    CourseTeacher,
    OutboxMessage,
    SubgroupMember,
)
from db.queries.timetable import roster
from services.actor import Actor
from services.notifications.ports import DueMessage, Later, Ready, Skip
from services.notifications.subgroup_change import SubgroupChangeKind
from services.subgroups import Change, SubgroupService
from tests.world import YEAR_START, FakeClock, Story, World, story


@dataclass(slots=True)
class English:
    """Both subgroups' courses, lesson 5 on Wednesdays; Кузнецова leads the class."""

    people: Story
    db: Database
    clock: FakeClock
    session: AsyncSession
    service: SubgroupService
    first: int
    second: int

    async def actor(self, person_id: int) -> Actor:
        return await self.people.world.actor(person_id, self.clock.now())

    async def propose(self, pupil_id: int, to: int, starts_on: date, *, by: int | None = None) -> Change:
        actor = await self.actor(by or self.people.anna)
        return await self.service.propose(
            actor=actor, to_course_id=to, pupil_id=pupil_id, starts_on=starts_on
        )

    async def agree(self, change: Change, *people: int) -> Change:
        for person_id in people:
            change = await self.service.agree(
                actor=await self.actor(person_id), change_id=change.row.change_id
            )
        return change

    async def pupils(self, course_id: int, day: date) -> set[int]:
        """Who stands in the lesson of a day."""
        rows = await self.session.execute(roster(course_id, day))
        return {pupil_id for pupil_id, _ in rows}

    async def messages(self) -> dict[int, OutboxMessage]:
        """By the person they are for."""
        rows = await self.session.execute(
            select(Binding.person_id, OutboxMessage)
            .join(Binding, Binding.id == OutboxMessage.binding_id)
            .where(OutboxMessage.kind == SubgroupChangeKind.name)
            .execution_options(populate_existing=True)
        )
        return {person_id: message for person_id, message in rows}

    async def prepared(self, person_id: int, *, told: bool = False) -> Ready | Later | Skip:
        message = (await self.messages())[person_id]
        due = DueMessage(
            id=message.id,
            school_id=message.school_id,
            binding_id=message.binding_id,
            person_id=person_id,
            pupil_id=message.pupil_id,
            kind=message.kind,
            payload=message.payload,
            external_ref=1 if told else None,
        )
        return await SubgroupChangeKind().prepare(self.session, due, self.clock.now())


async def two_subgroups(people: Story) -> tuple[int, int]:
    """Ids of the two courses."""
    world = people.world
    first = await world.course(
        "Английский язык", people.anna, people.group, subgroup="1", members=(people.agaev, people.ivanov)
    )
    second = await _beside(world, first, people.belova, people.group, people.petrova)
    await world.slot(first, people.anna, 5, weekday=3)
    await world.slot(second, people.belova, 5, weekday=3, room="14")
    return first, second


async def _beside(world: World, course_id: int, teacher: int, group: int, pupil: int) -> int:
    """Another subgroup of the same subject."""
    subject = select(Course.subject_id).where(Course.id == course_id)
    school = {"school_id": world.school_id}
    other = await world.add(
        Course,
        **school,
        year_id=world.year_id,
        subject_id=(await world.session.scalars(subject)).one(),
        subgroup="2",
    )
    since = school | {"course_id": other, "starts_on": YEAR_START}
    await world.add(CourseTeacher, **since, teacher_id=teacher)
    await world.session.execute(insert(CourseGroup).values(course_id=other, group_id=group))
    await world.add(SubgroupMember, **since, pupil_id=pupil)
    return other


@pytest.fixture
async def english(session: AsyncSession, db: Database, clock: FakeClock) -> English:
    people = await story(session)
    for person in (people.anna, people.belova, people.irina):
        await people.world.account_of(person)
    first, second = await two_subgroups(people)
    return English(people, db, clock, session, SubgroupService(db, clock), first, second)
