"""The story's Monday, with Ivanov's mother and father, and Kuznetsova who answers them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import AbsenceReason, Binding, OutboxMessage
from services.absence_requests import AbsenceRequestService, Announced
from services.actor import Actor
from services.class_day import ClassDayService
from services.class_day_views import PupilDay
from services.notifications.absence_requests import KINDS
from services.notifications.ports import DueMessage, Later, Ready, Skip
from tests.attendance.test_alerts_and_answers import Day
from tests.world import MONDAY, FakeClock, Story, story


@dataclass(slots=True)
class Family:
    """Ivanov's family and his class teacher."""

    people: Story
    monday: Day
    service: AbsenceRequestService
    class_day: ClassDayService
    father: int
    sick: int
    event: int
    """Reasons' ids; families do not state the second."""

    async def actor(self, person_id: int) -> Actor:
        return await self.people.world.actor(person_id)

    async def irina(self) -> Actor:
        return await self.actor(self.people.irina)

    async def announce(
        self,
        guardian: int | None = None,
        starts_on: date = MONDAY,
        days: int = 1,
        **chosen: Any,
    ) -> Announced:
        values = {"pupil_id": self.people.ivanov, "reason_id": self.sick} | chosen
        return await self.service.announce(
            actor=await self.actor(guardian or self.people.mother),
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=days - 1),
            **values,
        )

    async def missing(self) -> PupilDay:
        day = await self.class_day.day(actor=await self.irina(), group_id=self.people.group, day=MONDAY)
        return next(one for one in day.missing if one.pupil_id == self.people.ivanov)

    async def messages(self, kind: str) -> list[OutboxMessage]:
        rows = await self.monday.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.kind == kind)
            .order_by(OutboxMessage.id)
            .execution_options(populate_existing=True)
        )
        return list(rows)


@pytest.fixture
async def family(db: Database, clock: FakeClock, session: AsyncSession) -> Family:
    people = await story(session)
    father = await people.world.guardian("Иванов Сергей", people.ivanov, relation="отец")
    for person in (people.mother, people.father, father, people.irina):
        await people.world.account_of(person)
    found = await session.execute(select(AbsenceReason.code, AbsenceReason.id))
    reasons = {code: reason_id for code, reason_id in found}
    return Family(
        people,
        Day(people, db, clock, session),
        AbsenceRequestService(db, clock),
        ClassDayService(db, clock),
        father,
        reasons["sick"],
        reasons["event"],
    )


async def prepared(family: Family, message: OutboxMessage) -> Ready | Later | Skip:
    """What a message says in this moment."""
    kind = next(one for one in KINDS if one.name == message.kind)
    binding = await family.monday.session.get_one(Binding, message.binding_id)
    due = DueMessage(
        id=message.id,
        school_id=message.school_id,
        binding_id=message.binding_id,
        person_id=binding.person_id,
        pupil_id=message.pupil_id,
        kind=message.kind,
        payload=message.payload,
        external_ref=message.external_ref,
    )
    return await kind.prepare(family.monday.session, due, family.monday.clock.now())
