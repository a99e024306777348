"""The story's Monday with a deputy: Громова enters substitutions, Соколова is away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import StaffRole
from db.models import Binding, OutboxMessage
from services.actor import Actor
from services.notifications.ports import DueMessage, Later, Ready, Skip
from services.notifications.substitution_day import SubstitutionDayKind
from services.substitution_register import SubstitutionRegisterService
from services.substitutions import Absence, Saved, SubstitutionRow, SubstitutionService
from tests.substitutions import entering
from tests.world import MONDAY, FakeClock, Story, story


@dataclass(slots=True)
class Office:
    """Where substitutions are entered."""

    people: Story
    db: Database
    clock: FakeClock
    session: AsyncSession
    service: SubstitutionService
    register: SubstitutionRegisterService
    deputy: Actor

    async def actor(self, person_id: int) -> Actor:
        return await self.people.world.actor(person_id, self.clock.now())

    async def absence(self, absent: int | None = None, day: date = MONDAY) -> Absence:
        return await entering.absence(self.service, self.deputy, absent or self.people.anna, day)

    async def substitute(
        self, choices: dict[int, int | None], *, absent: int | None = None, day: date = MONDAY
    ) -> Saved:
        return await entering.substitute(
            self.service, self.deputy, absent or self.people.anna, choices, day=day
        )

    async def rows(self) -> Sequence[SubstitutionRow]:
        """The register of this week."""
        return (await self.register.show(actor=self.deputy)).rows

    async def names(self, number: int, absent: int | None = None) -> list[str]:
        """Surnames of those who could give that lesson, in the order in which they are offered."""
        found = await self.absence(absent)
        ids = [lesson.lesson_id for lesson in found.lessons if lesson.number == number]
        return [
            one.colleague.last_name
            for one in await self.service.candidates(actor=self.deputy, absence=found, lesson_ids=ids)
        ]

    async def messages(self) -> list[OutboxMessage]:
        found = await self.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.kind == SubstitutionDayKind.name)
            .order_by(OutboxMessage.id)
            .execution_options(populate_existing=True)
        )
        return list(found)

    async def prepared(self, message: OutboxMessage, *, told: bool = False) -> Ready | Later | Skip:
        """What the sender would say now."""
        binding = (await self.session.scalars(select(Binding).where(Binding.id == message.binding_id))).one()
        due = DueMessage(
            id=message.id,
            school_id=message.school_id,
            binding_id=message.binding_id,
            person_id=binding.person_id,
            pupil_id=None,
            kind=message.kind,
            payload=message.payload,
            external_ref=1 if told else None,
        )
        return await SubstitutionDayKind().prepare(self.session, due, self.clock.now())


@pytest.fixture
async def office(session: AsyncSession, db: Database, clock: FakeClock) -> Office:
    people = await story(session)
    world = people.world
    await world.account_of(people.belova)
    deputy = await world.employ(await world.person("Громова Вера Ильинична"), StaffRole.DEPUTY)
    return Office(
        people,
        db,
        clock,
        session,
        SubstitutionService(db, clock),
        SubstitutionRegisterService(db, clock),
        await world.actor(deputy),
    )
