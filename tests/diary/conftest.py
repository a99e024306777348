"""Ivanov's Monday: algebra and Russian, as his mother reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import Homework, HomeworkFile, HomeworkPupil, StoredFile, Term, WorkKind
from services.diary_day import ClassDiaries, DiaryDay, DiaryService
from services.journal_page import JournalService
from tests.journal_page.conftest import Kept
from tests.world import MONDAY, FakeClock, Story, moment, story


@dataclass(slots=True)
class Read:
    """A diary and the journal that it is read from."""

    people: Story
    kept: Kept
    service: DiaryService
    clock: FakeClock

    async def day(
        self, day: date | None = None, *, reader: int | None = None, pupil: int | None = None
    ) -> DiaryDay:
        actor = await self.people.world.actor(reader or self.people.mother, self.clock.now())
        return await self.service.day(actor=actor, pupil_id=pupil or self.people.ivanov, day=day)

    async def of_class(self, reader: int) -> ClassDiaries:
        actor = await self.people.world.actor(reader, self.clock.now())
        return await self.service.of_class(actor=actor, group_id=self.people.group)

    async def task(
        self,
        lesson_id: int,
        text: str,
        due_on: date,
        *,
        own: int | None = None,
        files: int = 0,
        withdrawn: bool = False,
    ) -> int:
        """Homework for everyone, or for one pupil."""
        world, session = self.people.world, self.kept.session
        homework_id = await world.add(
            Homework,
            school_id=world.school_id,
            lesson_id=lesson_id,
            text=text,
            due_on=due_on,
            due_number=3,
            for_everyone=own is None,
            set_by=self.people.anna,
            set_at=moment("10:40"),
            withdrawn_at=moment("10:50") if withdrawn else None,
        )
        if own is not None:
            await session.execute(insert(HomeworkPupil).values(homework_id=homework_id, pupil_id=own))
        for position in range(files):
            file_id = await world.add(
                StoredFile,
                school_id=world.school_id,
                sha256=f"{homework_id}-{position}",
                size=1,
                media_type="image/jpeg",
                name="доска.jpg",
                external_ref=None,
                uploaded_by=self.people.anna,
                uploaded_at=moment("10:40"),
            )
            await session.execute(
                insert(HomeworkFile).values(homework_id=homework_id, file_id=file_id, position=position)
            )
        return homework_id


@pytest.fixture
async def read(db: Database, session: AsyncSession, clock: FakeClock) -> Read:
    people = await story(session)
    term = await session.scalar(select(Term.id).order_by(Term.starts_on).limit(1))
    assert term is not None
    kinds = await session.execute(
        select(WorkKind.short_name, WorkKind.id).where(WorkKind.school_id == people.world.school_id)
    )
    kept = Kept(people, JournalService(db, clock), session, term, {row[0]: row[1] for row in kinds})
    clock.set("12:00")
    return Read(people, kept, DiaryService(db, clock), clock)


TUESDAY = MONDAY + timedelta(days=1)
