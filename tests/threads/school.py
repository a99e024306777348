"""The story's school with an office, and what threads need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import OutboxState, StaffRole
from db.models import Binding, OutboxMessage
from services.actor import Actor
from services.clock import Clock
from services.notifications.ports import DueMessage, Later, Ready, Skip
from services.notifications.thread_message import KINDS
from services.threads.addressing import AddresseeService
from services.threads.muting import MuteService
from services.threads.office_hours import OfficeHourService
from services.threads.reading import ThreadReaderService
from services.threads.views import Written
from services.threads.writing import ThreadService, Words
from tests.world import Story, story

_refs = count(1)


def words(text: str, **values: object) -> Words:
    """A message with the next number of its chat."""
    return Words(inbound_ref=next(_refs), text=text, **values)  # type: ignore[arg-type] - fields of Words


@dataclass(slots=True)
class Office:
    """The story's people, a deputy and an administrator beside them, and the services."""

    session: AsyncSession
    story: Story
    clock: Clock
    deputy: int
    administrator: int
    threads: ThreadService
    reader: ThreadReaderService
    addressees: AddresseeService
    mutes: MuteService
    hours: OfficeHourService

    async def actor(self, person_id: int) -> Actor:
        return await self.story.world.actor(person_id, self.clock.now())

    async def mother_writes(self, text: str, **values: object) -> Written:
        """To Anna Petrovna, about algebra."""
        mother = await self.actor(self.story.mother)
        view = await self.addressees.with_school(
            actor=mother, pupil_id=self.story.ivanov, course_id=self.story.algebra
        )
        thread_id = view.thread.thread_id
        return await self.threads.write(actor=mother, thread_id=thread_id, words=words(text, **values))

    async def queued(self, kind: str = "thread_message") -> list[OutboxMessage]:
        rows = await self.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.kind == kind)
            .order_by(OutboxMessage.id)
            .execution_options(populate_existing=True)
        )
        return list(rows)

    async def prepared(self, row: OutboxMessage, now: datetime | None = None) -> Ready | Later | Skip:
        """What the sender would make of it."""
        person = await self.session.scalar(select(Binding.person_id).where(Binding.id == row.binding_id))
        assert person is not None
        due = DueMessage(
            id=row.id,
            school_id=row.school_id,
            binding_id=row.binding_id,
            person_id=person,
            pupil_id=row.pupil_id,
            kind=row.kind,
            payload=row.payload,
            external_ref=row.external_ref,
        )
        kind = next(kind for kind in KINDS if kind.name == row.kind)
        return await kind.prepare(self.session, due, now or self.clock.now())

    async def arrive(self, row: OutboxMessage, number: int) -> None:
        """The message stands in the reader's chat."""
        row.state, row.external_ref = OutboxState.SENT, number
        await self.session.flush()


async def office(db: Database, session: AsyncSession, clock: Clock) -> Office:
    people = await story(session)
    world = people.world
    deputy = await world.employ(await world.person("Завучева Ольга Павловна"), StaffRole.DEPUTY)
    administrator = await world.employ(await world.person("Админов Иван"), StaffRole.ADMINISTRATOR)
    for person in (
        people.mother,
        people.father,
        people.anna,
        people.irina,
        people.belova,
        deputy,
        administrator,
    ):
        await world.account_of(person)
    return Office(
        session,
        people,
        clock,
        deputy,
        administrator,
        ThreadService(db, clock),
        ThreadReaderService(db, clock),
        AddresseeService(db, clock),
        MuteService(db, clock),
        OfficeHourService(db, clock),
    )
