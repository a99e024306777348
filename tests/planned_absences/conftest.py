"""The story's Monday with the parents in the bot, and what Kuznetsova knows beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import AbsenceReason
from services.actor import Actor
from services.class_day import ClassDayService
from services.class_day_views import PupilDay
from services.planned_absences import PlannedAbsenceService, PlannedRow
from tests.attendance.test_alerts_and_answers import Day
from tests.attendance.test_register import lesson_of
from tests.world import MONDAY, FakeClock, Story, story


@dataclass(slots=True)
class Known:
    """7Б and its planned absences."""

    people: Story
    monday: Day
    service: PlannedAbsenceService
    class_day: ClassDayService
    sick: int
    """The reason's id."""

    async def irina(self) -> Actor:
        return await self.people.world.actor(self.people.irina)

    async def plan(
        self,
        pupil_id: int,
        starts_on: date = MONDAY,
        days: int = 1,
        *,
        first: int | None = None,
        last: int | None = None,
    ) -> PlannedRow:
        return await self.service.plan(
            actor=await self.irina(),
            pupil_id=pupil_id,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=days - 1),
            first_lesson=first,
            last_lesson=last,
            reason_id=self.sick,
        )

    async def take(self, teacher: int, number: int) -> None:
        """Open a register and say «Готово»."""
        lesson = await lesson_of(self.monday.db, self.monday.clock, self.people, teacher, number)
        actor = await self.people.world.actor(teacher)
        await self.monday.attendance.open(actor=actor, lesson_id=lesson)
        await self.monday.attendance.take(actor=actor, lesson_id=lesson)

    async def planned(self) -> list[PlannedRow]:
        return list((await self.service.list(actor=await self.irina(), group_id=self.people.group)).planned)

    async def pupil(self, pupil_id: int) -> PupilDay:
        day = await self.class_day.day(actor=await self.irina(), group_id=self.people.group, day=MONDAY)
        return next(one for one in day.pupils if one.pupil_id == pupil_id)


@pytest.fixture
async def people(session: AsyncSession) -> Story:
    people = await story(session)
    for parent in (people.mother, people.father):
        await people.world.account_of(parent)
    return people


@pytest.fixture
async def known(people: Story, db: Database, clock: FakeClock, session: AsyncSession) -> Known:
    sick = await session.scalar(select(AbsenceReason.id).where(AbsenceReason.code == "sick"))
    assert sick is not None
    return Known(
        people,
        Day(people, db, clock, session),
        PlannedAbsenceService(db, clock),
        ClassDayService(db, clock),
        sick,
    )
