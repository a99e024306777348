"""7Б with a lesson of algebra on every school day, and a quick way to write into its journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceSource, AttendanceStatus, MarkValue
from db.models import (
    Attendance,
    Digest,
    Mark,
    OutboxMessage,
    Register,
    Work,
    WorkKind,
)
from db.queries import timetable
from services.notifications.ports import DueMessage, Later, Ready, Skip
from services.notifications.week_digest import WeekDigestKind
from services.week import digests
from services.week.computing import compute
from services.week.summary import WeekSummary
from tests.world import MONDAY, Story, moment, story

FRIDAY = MONDAY + timedelta(days=4)
SIX = moment("18:00", FRIDAY)
"""When the digests of the story's school leave."""


@dataclass(slots=True)
class School:
    session: AsyncSession
    people: Story
    positions: count[int] = field(default_factory=lambda: count(1))

    async def lesson(self, day: date, course_id: int | None = None) -> int:
        """The course's lesson of that day, with its register taken."""
        course_id = course_id or self.people.algebra
        found = await timetable.lessons(
            self.session, self.people.world.school_id, day, day, course_id=course_id
        )
        lesson = found[0]
        if lesson.taken_at is None:
            await self.session.execute(
                insert(Register).values(lesson_id=lesson.lesson_id, taken_at=lesson.starts_at)
            )
        return lesson.lesson_id

    async def mark(
        self,
        value: MarkValue | None,
        day: date = MONDAY,
        *,
        pupil_id: int | None = None,
        course_id: int | None = None,
        kind: str = "lesson",
        weight: str | None = None,
        comment: str = "",
        due_on: date | None = None,
        given_on: date | None = None,
        set_at: datetime | None = None,
    ) -> int:
        """A mark in a work of its own; the id of the work."""
        lesson_id = await self.lesson(day, course_id)
        kinds = select(WorkKind.id, WorkKind.weight).where(WorkKind.code == kind)
        kind_id, usual = (await self.session.execute(kinds)).one()
        work_id = await self.people.world.add(
            Work,
            school_id=self.people.world.school_id,
            lesson_id=lesson_id,
            position=next(self.positions),
            kind_id=kind_id,
            weight=Decimal(weight) if weight else usual,
            title="",
            created_by=self.people.anna,
            created_at=moment("10:20", day),
        )
        await self.session.execute(
            insert(Mark).values(
                work_id=work_id,
                pupil_id=pupil_id or self.people.ivanov,
                value=value,
                due_on=due_on,
                comment=comment,
                given_on=given_on or day,
                set_by=self.people.anna,
                set_at=set_at or moment("10:30", given_on or day),
            )
        )
        return work_id

    async def absent(
        self,
        day: date,
        *,
        pupil_id: int | None = None,
        course_id: int | None = None,
        late: int | None = None,
        alert_at: datetime | None = None,
    ) -> None:
        await self.session.execute(
            insert(Attendance).values(
                lesson_id=await self.lesson(day, course_id),
                pupil_id=pupil_id or self.people.ivanov,
                status=AttendanceStatus.LATE if late else AttendanceStatus.ABSENT,
                late_minutes=late,
                source=AttendanceSource.TEACHER,
                set_by=self.people.anna,
                set_at=moment("10:18", day),
                alert_at=None if late else alert_at or moment("10:23", day),
            )
        )

    async def week(
        self, now: datetime = SIX, monday: date = MONDAY, pupil_id: int | None = None
    ) -> WeekSummary:
        pupil_id = pupil_id or self.people.ivanov
        weeks = await compute(self.session, self.people.world.school_id, [pupil_id], monday, now)
        return weeks[pupil_id]

    async def queue(self, now: datetime = SIX) -> None:
        await digests.queue(self.session, now)

    async def queued(self) -> list[OutboxMessage]:
        found = select(OutboxMessage).order_by(OutboxMessage.id).execution_options(populate_existing=True)
        return list(await self.session.scalars(found))

    async def decided(self) -> dict[tuple[int, int], str | None]:
        """Why a guardian was not sent a pupil's digest, by (pupil, guardian)."""
        rows = await self.session.execute(select(Digest.pupil_id, Digest.guardian_id, Digest.skipped))
        return {(pupil_id, guardian_id): skipped for pupil_id, guardian_id, skipped in rows}

    async def prepared(
        self, message: OutboxMessage, person_id: int, now: datetime = SIX
    ) -> Ready | Later | Skip:
        due = DueMessage(
            id=message.id,
            school_id=message.school_id,
            binding_id=message.binding_id,
            person_id=person_id,
            pupil_id=message.pupil_id,
            kind=message.kind,
            payload=message.payload,
            external_ref=None,
        )
        return await WeekDigestKind().prepare(self.session, due, now)


async def build(session: AsyncSession) -> School:
    people = await story(session)
    for weekday in range(2, 6):
        await people.world.slot(people.algebra, people.anna, 3, weekday=weekday)
    return School(session, people)


@pytest.fixture
async def school(session: AsyncSession) -> School:
    return await build(session)
