"""The story's Monday: algebra is Monday's third lesson, and the next one is a week later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import OutboxState
from db.models import Binding, OutboxMessage, SchoolSetting
from services.files import FileService, FileStore
from services.homework import HomeworkService, LessonHomework
from services.homework_draft import Draft
from services.homework_drafting import HomeworkDraftService
from services.homework_reader import HomeworkReaderService
from services.lessons import LessonService
from services.notifications.homework_day import HomeworkDay, HomeworkDayKind
from services.notifications.homework_reminder import HomeworkReminderKind
from services.notifications.ports import DueMessage, Later, Ready, Skip
from tests.world import MONDAY, FakeClock, Story, story

KINDS = {kind.name: kind for kind in (HomeworkDayKind(), HomeworkReminderKind())}


@dataclass(slots=True)
class Desk:
    """A teacher's homework, and what stands in the chats of others because of it."""

    people: Story
    db: Database
    clock: FakeClock
    session: AsyncSession
    files: FileService
    homework: HomeworkService = field(init=False)
    drafts: HomeworkDraftService = field(init=False)
    reader: HomeworkReaderService = field(init=False)

    def __post_init__(self) -> None:
        self.homework = HomeworkService(self.db, self.clock)
        self.drafts = HomeworkDraftService(self.db, self.clock)
        self.reader = HomeworkReaderService(self.db, self.clock)

    async def actor(self, person_id: int) -> Any:
        return await self.people.world.actor(person_id, self.clock.now())

    async def lesson(self, teacher: int, number: int, day: date = MONDAY) -> int:
        lessons = LessonService(self.db, self.clock)
        shown = await lessons.day(actor=await self.actor(teacher), day=day)
        return next(row.lesson_id for row in shown.lessons if row.number == number)

    async def draft(self, typed: str = "§12", *, teacher: int | None = None, number: int = 3) -> Draft:
        """Anna Petrovna's for her lesson, unless another teacher's is asked for."""
        teacher = teacher or self.people.anna
        lesson_id = await self.lesson(teacher, number)
        draft = await self.drafts.new(actor=await self.actor(teacher), lesson_id=lesson_id)
        form = await self.drafts.form(actor=await self.actor(teacher), draft=draft)
        return draft.typed_anew(typed, form.pupils)

    async def save(self, draft: Draft, *, teacher: int | None = None) -> LessonHomework:
        return await self.homework.save(actor=await self.actor(teacher or self.people.anna), draft=draft)

    async def set(self, typed: str = "§12", *, teacher: int | None = None, number: int = 3) -> LessonHomework:
        return await self.save(await self.draft(typed, teacher=teacher, number=number), teacher=teacher)

    async def file(self, content: bytes = b"board", name: str = "доска.jpg") -> int:
        kept = await self.files.keep(
            actor=await self.actor(self.people.anna),
            content=content,
            name=name,
            media_type="image/jpeg",
            external_ref="photo:1",
        )
        return kept.file_id

    async def setting(self, key: str, value: str) -> None:
        """The institution's own, instead of its preset's."""
        school_id = self.people.world.school_id
        await self.session.execute(insert(SchoolSetting).values(school_id=school_id, key=key, value=value))

    async def messages(self, kind: str = "homework_day") -> list[OutboxMessage]:
        rows = await self.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.kind == kind)
            .order_by(OutboxMessage.id)
            .execution_options(populate_existing=True)
        )
        return list(rows)

    async def told(self, kind: str = "homework_day") -> set[tuple[int, int | None]]:
        """(person, pupil) of every message."""
        return {(await self.person(one), one.pupil_id) for one in await self.messages(kind)}

    async def person(self, message: OutboxMessage) -> int:
        person = await self.session.scalar(select(Binding.person_id).where(Binding.id == message.binding_id))
        assert person is not None
        return person

    async def prepared(self, message: OutboxMessage) -> Ready | Later | Skip:
        due = DueMessage(
            id=message.id,
            school_id=message.school_id,
            binding_id=message.binding_id,
            person_id=await self.person(message),
            pupil_id=message.pupil_id,
            kind=message.kind,
            payload=message.payload,
            external_ref=message.external_ref,
        )
        return await KINDS[message.kind].prepare(self.session, due, self.clock.now())

    async def seen_by(self, person_id: int) -> HomeworkDay:
        """What the person's message says now; they have one."""
        (message,) = [one for one in await self.messages() if await self.person(one) == person_id]
        ready = await self.prepared(message)
        assert isinstance(ready, Ready)
        assert isinstance(ready.view, HomeworkDay)
        return ready.view

    async def sent(self) -> None:
        """What is queued leaves, as the sender would record it."""
        await self.session.execute(
            update(OutboxMessage).values(
                state=OutboxState.SENT,
                external_ref=OutboxMessage.id,
                sent_revision=OutboxMessage.revision,
                sent_at=self.clock.now(),
            )
        )


@pytest.fixture
async def people(session: AsyncSession) -> Story:
    people = await story(session)
    for person in (people.mother, people.father, people.anna, people.belova):
        await people.world.account_of(person)
    return people


@pytest.fixture
def desk(people: Story, db: Database, clock: FakeClock, session: AsyncSession, tmp_path: Path) -> Desk:
    return Desk(people, db, clock, session, FileService(db, clock, FileStore(tmp_path)))
