"""Соколова's algebra in 7Б as it stands on Thursday 17 September."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import AttendanceSource, AttendanceStatus, FinalKind, LessonKind, MarkValue
from db.models import (
    Attendance,
    Course,
    FinalMark,
    Homework,
    Lesson,
    LessonTopic,
    Mark,
    Register,
    SchoolSetting,
    Term,
    Work,
    WorkKind,
)
from services.actor import Actor
from services.journal_page import JournalPage, JournalService
from tests.world import MONDAY, FakeClock, Story, moment, story

THURSDAY = MONDAY + timedelta(days=3)


@dataclass(slots=True)
class Kept:
    """A journal being filled by hand."""

    people: Story
    service: JournalService
    session: AsyncSession
    term: int
    kinds: dict[str, int]
    lessons: dict[date, int] = field(default_factory=dict)

    async def lesson(
        self,
        day: date,
        *,
        number: int = 3,
        topic: str = "",
        kind: LessonKind = LessonKind.LESSON,
        homework: Sequence[str] = (),
        course_id: int | None = None,
        teacher_id: int | None = None,
    ) -> int:
        """A lesson in which somebody wrote, its register taken."""
        course_id, teacher_id = course_id or self.people.algebra, teacher_id or self.people.anna
        world = self.people.world
        lesson_id = await world.add(
            Lesson,
            school_id=world.school_id,
            course_id=course_id,
            teacher_id=teacher_id,
            date=day,
            number=number,
            starts_at=moment("10:15", day),
            ends_at=moment("10:55", day),
            rooms=["12"],
        )
        done = moment("10:18", day)
        await self.session.execute(
            insert(Register).values(lesson_id=lesson_id, opened_at=done, taken_at=done, taken_by=teacher_id)
        )
        if topic:
            await self.session.execute(
                insert(LessonTopic).values(
                    lesson_id=lesson_id, topic=topic, kind=kind, set_by=teacher_id, set_at=done
                )
            )
        for text in homework:
            await world.add(
                Homework,
                school_id=world.school_id,
                lesson_id=lesson_id,
                text=text,
                due_on=day + timedelta(days=7),
                due_number=number,
                for_everyone=True,
                set_by=teacher_id,
                set_at=done,
            )
        self.lessons[day] = lesson_id
        return lesson_id

    async def work(
        self, lesson_id: int, kind: str = "ур", marks: dict[int, MarkValue] | None = None, title: str = ""
    ) -> int:
        """A column of marks by the short name of its kind."""
        day, anna, world = THURSDAY, self.people.anna, self.people.world
        weight = await self.session.scalar(select(WorkKind.weight).where(WorkKind.id == self.kinds[kind]))
        position = len((await self.session.scalars(select(Work.id).where(Work.lesson_id == lesson_id))).all())
        work_id = await world.add(
            Work,
            school_id=world.school_id,
            lesson_id=lesson_id,
            position=position,
            kind_id=self.kinds[kind],
            weight=weight or Decimal(1),
            title=title,
            created_by=anna,
            created_at=moment("10:20"),
        )
        for pupil_id, value in (marks or {}).items():
            await self.session.execute(
                insert(Mark).values(
                    work_id=work_id,
                    pupil_id=pupil_id,
                    value=value,
                    due_on=day + timedelta(days=7) if value is MarkValue.DEBT else None,
                    comment="",
                    given_on=day,
                    set_by=anna,
                    set_at=moment("10:30"),
                )
            )
        return work_id

    async def missed(
        self,
        lesson_id: int,
        pupil_id: int,
        status: AttendanceStatus = AttendanceStatus.ABSENT,
        late_minutes: int | None = None,
    ) -> None:
        await self.session.execute(
            insert(Attendance).values(
                lesson_id=lesson_id,
                pupil_id=pupil_id,
                status=status,
                late_minutes=late_minutes,
                source=AttendanceSource.TEACHER,
                set_by=self.people.anna,
                set_at=moment("10:18"),
                alert_at=moment("10:23"),
            )
        )

    async def final(self, pupil_id: int, value: MarkValue, kind: FinalKind = FinalKind.TERM) -> None:
        people, world = self.people, self.people.world
        subject_id = await self.session.scalar(select(Course.subject_id).where(Course.id == people.algebra))
        await world.add(
            FinalMark,
            school_id=world.school_id,
            year_id=world.year_id,
            course_id=people.algebra,
            subject_id=subject_id,
            pupil_id=pupil_id,
            kind=kind,
            term_id=self.term if kind is FinalKind.TERM else None,
            value=value,
            comment="",
            average=None,
            marks=0,
            given_on=THURSDAY,
            set_by=people.anna,
            set_at=moment("10:30"),
        )

    async def actor(self, person_id: int | None = None) -> Actor:
        return await self.people.world.actor(person_id or self.people.anna)

    async def page(self, person_id: int | None = None, term_id: int | None = 0) -> JournalPage:
        """The first quarter's, unless another term or None, the year, is named."""
        return await self.service.page(
            actor=await self.actor(person_id),
            course_id=self.people.algebra,
            term_id=self.term if term_id == 0 else term_id,
        )


@pytest.fixture
async def empty(db: Database, session: AsyncSession, clock: FakeClock) -> Kept:
    """Nothing written yet."""
    clock.set("15:00", THURSDAY)
    people = await story(session)
    term = await session.scalar(select(Term.id).order_by(Term.starts_on).limit(1))
    assert term is not None
    rows = await session.execute(
        select(WorkKind.short_name, WorkKind.id).where(WorkKind.school_id == people.world.school_id)
    )
    return Kept(people, JournalService(db, clock), session, term, {row[0]: row[1] for row in rows})


@pytest.fixture
async def kept(empty: Kept) -> Kept:
    """Marks, absences and topics of three lessons; after ten days they are locked, so the first one is."""
    people = empty.people
    await empty.session.execute(
        insert(SchoolSetting).values(school_id=people.world.school_id, key="edit_lock_days", value="10")
    )
    first = await empty.lesson(date(2026, 9, 2), number=2, topic="Повторение", homework=["§1 № 5"])
    await empty.work(first, "ур", {people.agaev: MarkValue.FOUR, people.ivanov: MarkValue.FIVE})
    second = await empty.lesson(
        date(2026, 9, 7), topic="Линейные уравнения", kind=LessonKind.CONTROL, homework=["§2", "№ 12"]
    )
    await empty.work(
        second, "к/р", {people.agaev: MarkValue.THREE, people.petrova: MarkValue.DEBT}, title="№ 1"
    )
    await empty.work(second, "ур", {people.agaev: MarkValue.FIVE, people.petrova: MarkValue.EXEMPT})
    await empty.missed(second, people.ivanov)
    third = await empty.lesson(MONDAY, topic="Функции")
    await empty.missed(third, people.sidorenko, AttendanceStatus.LATE, 12)
    await empty.final(people.agaev, MarkValue.FOUR)
    return empty
