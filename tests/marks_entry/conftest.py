"""The story's algebra lesson with a work in it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from db.engine import Database
from db.queries import timetable
from services.actor import Actor
from services.marks.giving import MarkService
from services.marks.works import WorkService
from tests.world import MONDAY, FakeClock, Story, story


@dataclass(slots=True)
class Desk:
    """Anna Petrovna at lesson 3 of 7Б."""

    db: Database
    clock: FakeClock
    people: Story
    anna: Actor
    lesson: int
    work: int
    marks: MarkService
    works: WorkService

    async def kind(self, code: str) -> int:
        kinds = {kind.short_name: kind.kind_id for kind in await self.works.kinds(actor=self.anna)}
        return kinds[code]


@pytest.fixture
async def desk(db: Database, clock: FakeClock) -> Desk:
    return await open_desk(db, clock)


async def open_desk(db: Database, clock: FakeClock) -> Desk:
    """The story with a work of the kind «работа на уроке» in its algebra lesson."""
    async with db.transaction() as session:
        people = await story(session)
        for person in (people.anna, people.irina, people.belova, people.mother, people.father):
            await people.world.account_of(person)
        anna = await people.world.actor(people.anna)
        lessons = await timetable.lessons(
            session, people.world.school_id, MONDAY, MONDAY, teacher_id=people.anna
        )
    works = WorkService(db, clock)
    desk = Desk(db, clock, people, anna, lessons[0].lesson_id, 0, MarkService(db, clock), works)
    work = await works.add(actor=anna, lesson_id=desk.lesson, kind_id=await desk.kind("ур"))
    desk.work = work.work_id
    return desk
