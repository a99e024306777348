"""The story's Monday, with Sidorenko's and Ivanov's parents in the bot and Agaev's not."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Answer
from services.actor import Actor
from services.class_day import ClassDayService
from services.class_day_views import ClassDay, PupilDay
from tests.attendance.test_alerts_and_answers import Day
from tests.world import MONDAY, FakeClock, Story, story


@dataclass(slots=True)
class Led:
    """7Б as Kuznetsova sees it."""

    people: Story
    monday: Day
    service: ClassDayService

    async def irina(self) -> Actor:
        return await self.people.world.actor(self.people.irina)

    async def shown(self) -> ClassDay:
        return await self.service.day(actor=await self.irina(), group_id=self.people.group, day=MONDAY)

    async def pupil(self, pupil_id: int) -> PupilDay:
        return next(one for one in (await self.shown()).pupils if one.pupil_id == pupil_id)

    async def answers(self, guardian: int, pupil_id: int, answer: Answer) -> None:
        actor = await self.people.world.actor(guardian)
        await self.monday.answers.answer(actor=actor, pupil_id=pupil_id, day=MONDAY, answer=answer)


@pytest.fixture
async def people(session: AsyncSession) -> Story:
    people = await story(session)
    for parent in (people.mother, people.father):
        await people.world.account_of(parent)
    return people


@pytest.fixture
async def led(people: Story, db: Database, clock: FakeClock, session: AsyncSession) -> Led:
    return Led(people, Day(people, db, clock, session), ClassDayService(db, clock))


@pytest.fixture
async def asked(led: Led, clock: FakeClock) -> Led:
    """10:23: Ivanov, Sidorenko and Agaev are missing at lesson 3, and whoever can be asked was asked."""
    people = led.people
    await led.monday.take(people.anna, 3, people.ivanov, people.sidorenko, people.agaev)
    clock.set("10:23")
    await led.monday.sent()
    return led
