"""The last day of the first quarter, 24 October 2026, in the story's school."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import FinalKind, MarkValue
from services.actor import Actor
from services.final_marks import FinalMarkService
from services.marks.final_page import FinalCell, FinalPage
from tests.final_marks.journal import LAST_DAY, Journal, first_quarter
from tests.world import FakeClock, Story, story


@dataclass(slots=True)
class Desk:
    """Anna Petrovna over the page of algebra in 7Б."""

    db: Database
    session: AsyncSession
    clock: FakeClock
    people: Story
    journal: Journal
    finals: FinalMarkService
    term: int

    async def actor(self, person_id: int | None = None) -> Actor:
        return await self.people.world.actor(person_id or self.people.anna, self.clock.now())

    async def page(self, person_id: int | None = None, *, course_id: int = 0) -> FinalPage:
        return await self.finals.page(
            actor=await self.actor(person_id),
            course_id=course_id or self.people.algebra,
            kind=FinalKind.TERM,
            term_id=self.term,
        )

    async def cell(self, pupil_id: int, *, course_id: int = 0) -> FinalCell:
        return (await self.page(course_id=course_id)).cell(pupil_id)

    async def accept(self, person_id: int | None = None) -> int:
        """What the page shows."""
        seen = (await self.page()).seen
        return (await self.accept_seen(seen, person_id))[1]

    async def accept_seen(self, seen: int, person_id: int | None = None) -> tuple[FinalPage, int]:
        return await self.finals.accept(
            actor=await self.actor(person_id),
            course_id=self.people.algebra,
            kind=FinalKind.TERM,
            term_id=self.term,
            seen=seen,
        )

    async def give(
        self,
        pupil_id: int,
        value: MarkValue,
        comment: str = "",
        *,
        person_id: int | None = None,
        kind: FinalKind = FinalKind.TERM,
        term_id: int | None = 0,
        course_id: int = 0,
    ) -> FinalCell:
        page = await self.finals.set(
            actor=await self.actor(person_id),
            course_id=course_id or self.people.algebra,
            kind=kind,
            term_id=self.term if term_id == 0 else term_id,
            pupil_id=pupil_id,
            value=value,
            comment=comment,
        )
        return page.cell(pupil_id)


@pytest.fixture
async def desk(db: Database, session: AsyncSession, clock: FakeClock) -> Desk:
    clock.set("13:00", LAST_DAY)
    people = await story(session)
    journal = Journal(people)
    await first_quarter(journal)
    finals = FinalMarkService(db, clock)
    return Desk(db, session, clock, people, journal, finals, await journal.term())
