"""Algebra of 7Б on 14 September, kept by Соколова; Орлова is the deputy who can open it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import AttendanceStatus, MarkValue, StaffRole
from db.models import OutboxMessage, School
from db.queries import timetable
from services.actor import Account, Actor
from services.attendance import AttendanceService
from services.history import HistoryService
from services.homework import HomeworkService
from services.homework_draft import Draft
from services.marks.giving import MarkService, NewMark, Tapped
from services.marks.works import WorkService
from services.topics import TopicService
from services.unlocking import Target, UnlockService
from tests.world import MONDAY, FakeClock, Story, moment, story


@dataclass(slots=True)
class Office:
    """The lesson with everybody's hands on it."""

    db: Database
    session: AsyncSession
    clock: FakeClock
    people: Story
    deputy_id: int
    lesson: int
    work: int
    attendance: AttendanceService
    topics: TopicService
    homework: HomeworkService
    marks: MarkService
    unlocking: UnlockService
    history: HistoryService

    @property
    def target(self) -> Target:
        return Target(lesson_id=self.lesson)

    async def actor(self, person_id: int) -> Actor:
        return await self.people.world.actor(person_id, self.clock.now())

    async def anna(self) -> Actor:
        return await self.actor(self.people.anna)

    async def deputy(self) -> Actor:
        return await self.actor(self.deputy_id)

    async def account(self, person_id: int) -> Account:
        return await self.people.world.account_of(person_id)

    async def mark(
        self, value: MarkValue | None, *, pupil_id: int = 0, reason: str = "", by: int = 0
    ) -> Tapped:
        return await self.marks.tap(
            account=await self.account(by or self.people.anna),
            mark=NewMark(pupil_id or self.people.ivanov, self.work, value),
            reason=reason,
        )

    async def absent(self, pupil_id: int = 0, status: AttendanceStatus = AttendanceStatus.ABSENT) -> None:
        await self.attendance.set_cell(
            account=await self.account(self.people.anna),
            lesson_id=self.lesson,
            pupil_id=pupil_id or self.people.sidorenko,
            status=status,
        )

    def draft(self, text: str, due_on: date = date(2026, 9, 21)) -> Draft:
        return Draft(lesson_id=self.lesson, text=text, due_on=due_on, due_number=3)

    async def preset(self, preset: str) -> None:
        school = update(School).where(School.id == self.people.world.school_id)
        await self.session.execute(school.values(preset=preset))

    async def messages(self, kind: str) -> list[OutboxMessage]:
        found = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
        rows = await self.session.scalars(found.execution_options(populate_existing=True))
        return list(rows)


@pytest.fixture
async def office(db: Database, clock: FakeClock, session: AsyncSession) -> Office:
    people = await story(session)
    world = people.world
    deputy_id = await world.employ(await world.person("Орлова Вера Ильинична"), StaffRole.DEPUTY)
    for person_id in (people.anna, people.irina, people.belova, people.mother, people.father, deputy_id):
        await world.account_of(person_id)
    rows = await timetable.lessons(session, world.school_id, MONDAY, MONDAY, course_id=people.algebra)
    lesson = rows[0].lesson_id
    anna = await world.actor(people.anna, moment("10:17"))
    works = WorkService(db, clock)
    kinds = {kind.short_name: kind.kind_id for kind in await works.kinds(actor=anna)}
    work = await works.add(actor=anna, lesson_id=lesson, kind_id=kinds["ур"])
    attendance = AttendanceService(db, clock)
    await attendance.open(actor=anna, lesson_id=lesson)
    return Office(
        db,
        session,
        clock,
        people,
        deputy_id,
        lesson,
        work.work_id,
        attendance,
        TopicService(db, clock),
        HomeworkService(db, clock),
        MarkService(db, clock),
        UnlockService(db, clock),
        HistoryService(db, clock),
    )
