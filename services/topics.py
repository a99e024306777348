"""The topic of a lesson (J2): from the plan in one tap, or in the teacher's own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import LessonKind
from db.queries import courses, locks, plans, timetable, topics
from db.queries.attendance import EARLY
from db.queries.courses import CourseRow
from db.queries.plans import PlanRow, TaughtRow
from db.queries.timetable import LessonRow
from db.queries.topics import TopicRow
from services.access.lessons import access_lesson, lesson_to_write_in
from services.access.permissions import Permission
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.settings import values_by_preset
from services.typed import typed_line

__all__ = ["TopicPage", "TopicRow", "TopicService"]

PROPOSED = 3
"""How many of the plan's next rows are offered."""


@dataclass(frozen=True, slots=True)
class TopicPage:
    """A lesson's topic and what the plan offers for it."""

    lesson: LessonRow
    topic: TopicRow | None
    planned: PlanRow | None
    """The plan's row that the topic is."""
    next: tuple[PlanRow, ...]
    """What the plan proposes, the first one first; also when a topic stands already."""
    begun: bool
    """The topic may be written: the lesson has begun, or is about to."""
    locked: bool
    """It may not be changed any more (J5)."""
    is_own: bool
    """The reader's by the timetable: a substitute has nothing to do with the plan (S5)."""


@dataclass(frozen=True, slots=True)
class PlanToChooseFrom:
    """The whole plan of a lesson's course."""

    lesson: LessonRow
    rows: tuple[TaughtRow, ...]


class TopicService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def open(self, *, actor: Actor, lesson_id: int) -> TopicPage:
        """A lesson's topic. Raises NotFound when the actor does not give the lesson."""
        async with self._db.transaction() as session:
            lesson = await access_lesson(session, actor, lesson_id, Permission.KEEP_JOURNAL)
            return await self._page(session, actor, lesson)

    async def choose(self, *, actor: Actor, lesson_id: int) -> PlanToChooseFrom:
        """«Другая из плана…». Raises NotFound."""
        async with self._db.transaction() as session:
            lesson = await access_lesson(session, actor, lesson_id, Permission.KEEP_JOURNAL)
            course = await _course(session, lesson, actor.school_id)
            return PlanToChooseFrom(
                lesson, tuple(await plans.rows(session, plans.plan_of(course), course.course_id))
            )

    async def take_from_plan(self, *, actor: Actor, lesson_id: int, topic_id: int) -> TopicPage:
        """The topic is this row of the course's plan. Raises NotFound, Locked, InvalidInput."""
        async with self._db.transaction() as session:
            lesson = await self._to_write_in(session, actor, lesson_id)
            course = await _course(session, lesson, actor.school_id)
            row = await plans.row_of(session, plans.plan_of(course), topic_id)
            if row is None:
                raise NotFound
            before = await topics.topic_of(session, lesson.lesson_id, for_update=True)
            return await self._write(session, actor, lesson, before, TopicRow(row.topic, row.kind, topic_id))

    async def write(self, *, actor: Actor, lesson_id: int, text: str) -> TopicPage:
        """The topic in the teacher's own words: a lesson that is not in the plan. The kind stays.

        Raises NotFound, Locked, InvalidInput.
        """
        async with self._db.transaction() as session:
            lesson = await self._to_write_in(session, actor, lesson_id)
            before = await topics.topic_of(session, lesson.lesson_id, for_update=True)
            kind = before.kind if before else LessonKind.LESSON
            return await self._write(session, actor, lesson, before, TopicRow(typed_line(text), kind, None))

    async def reword(self, *, actor: Actor, lesson_id: int, text: str) -> TopicPage:
        """Other words for what stands; it is the same lesson of the plan. Raises as `write`."""
        async with self._db.transaction() as session:
            lesson, before = await self._what_stands(session, actor, lesson_id)
            after = TopicRow(typed_line(text), before.kind, before.plan_topic_id)
            return await self._write(session, actor, lesson, before, after)

    async def set_kind(self, *, actor: Actor, lesson_id: int, kind: LessonKind) -> TopicPage:
        """What kind of lesson it was. Raises as `write`, and NotFound when there is no topic yet."""
        async with self._db.transaction() as session:
            lesson, before = await self._what_stands(session, actor, lesson_id)
            after = TopicRow(before.topic, kind, before.plan_topic_id)
            return await self._write(session, actor, lesson, before, after)

    async def _to_write_in(self, session: AsyncSession, actor: Actor, lesson_id: int) -> LessonRow:
        now = self._clock.now()
        lesson = await lesson_to_write_in(session, actor, lesson_id, now=now)
        if not _has_begun(lesson, now):
            raise InvalidInput(problem="topic_too_early")
        return lesson

    async def _what_stands(
        self, session: AsyncSession, actor: Actor, lesson_id: int
    ) -> tuple[LessonRow, TopicRow]:
        lesson = await self._to_write_in(session, actor, lesson_id)
        topic = await topics.topic_of(session, lesson.lesson_id, for_update=True)
        if topic is None:
            raise NotFound
        return lesson, topic

    async def _write(
        self, session: AsyncSession, actor: Actor, lesson: LessonRow, before: TopicRow | None, after: TopicRow
    ) -> TopicPage:
        now = self._clock.now()
        if before != after:
            await topics.put(session, lesson.lesson_id, after, actor_id=actor.person_id, now=now)
            await record(
                session,
                actor,
                "topic.set",
                subject=("lesson", lesson.lesson_id),
                at=now,
                before=_written(before) if before else None,
                after=_written(after),
            )
        return await self._page(session, actor, lesson)

    async def _page(self, session: AsyncSession, actor: Actor, lesson: LessonRow) -> TopicPage:
        now = self._clock.now()
        of_day = await timetable.lessons(
            session, actor.school_id, lesson.date, lesson.date, course_id=lesson.course_id
        )
        proposed = await plans.upcoming(session, [row.lesson_id for row in of_day], limit=PROPOSED)
        locked = await locks.lesson_is_locked(
            session,
            lesson.lesson_id,
            now=now,
            edit_lock_days_by_preset=values_by_preset("edit_lock_days"),
        )
        return TopicPage(
            lesson=lesson,
            topic=await topics.topic_of(session, lesson.lesson_id),
            planned=await plans.row_behind(session, lesson.lesson_id),
            next=tuple(row for of_lesson, row in proposed if of_lesson == lesson.lesson_id),
            begun=_has_begun(lesson, now),
            locked=locked,
            is_own=lesson.teacher_id == actor.person_id,
        )


def _has_begun(lesson: LessonRow, now: datetime) -> bool:
    return now >= lesson.starts_at - EARLY


def _written(topic: TopicRow) -> dict[str, Any]:
    return {"topic": topic.topic, "kind": topic.kind, "plan_topic_id": topic.plan_topic_id}


async def _course(session: AsyncSession, lesson: LessonRow, school_id: int) -> CourseRow:
    """The lesson's course as it was on its day."""
    course = await courses.course(session, school_id, lesson.course_id, lesson.date)
    if course is None:
        raise NotFound
    return course
