"""Which lesson a teacher is giving now, and what the day still lacks (product.md, idea 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.engine import Database
from db.queries import plans, timetable
from db.queries.plans import PlanRow
from db.queries.timetable import LessonRow
from services.access.lessons import access_lesson
from services.access.permissions import Permission
from services.actor import Actor
from services.clock import Clock
from services.errors import NotFound

__all__ = ["LessonRow", "LessonService", "PlanRow", "TeacherDay", "is_unfinished"]

LOOK_BACK_DAYS = 7
"""How far back unfinished lessons are brought up."""


def is_unfinished(lesson: LessonRow) -> bool:
    """Register, topic or homework is missing."""
    return lesson.taken_at is None or lesson.topic is None or lacks_homework(lesson)


def lacks_homework(lesson: LessonRow) -> bool:
    """«Нет» is an answer about homework, and in form 1 none is asked for (U7)."""
    return lesson.has_marks and not lesson.tasks and not lesson.no_homework


@dataclass(frozen=True, slots=True)
class TeacherDay:
    """A teacher's lessons of one day in their order, substitutions included."""

    day: date
    today: date
    now: datetime
    lessons: tuple[LessonRow, ...]
    unfinished_before: tuple[LessonRow, ...]
    """Lessons of the last days that are unfinished; filled only for today."""
    proposals: Mapping[int, PlanRow]
    """What the plan proposes for each lesson of the day, by its id; lessons without a plan are not there."""

    def running(self) -> LessonRow | None:
        """The lesson that is going on; the later one should two overlap."""
        return next((row for row in reversed(self.lessons) if row.starts_at <= self.now < row.ends_at), None)

    def current(self) -> LessonRow | None:
        """The lesson to show first: the running one, between lessons the last unfinished one, else the next;
        after the last lesson an unfinished one, else the last. None when the day has no lessons."""
        past = [row for row in self.lessons if row.ends_at <= self.now]
        unfinished = [row for row in past if is_unfinished(row)]
        ahead = [row for row in self.lessons if row.starts_at > self.now]
        order = [*unfinished[-1:], *ahead[:1], *past[-1:]]
        return self.running() or (order[0] if order else None)


class LessonService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def day(self, *, actor: Actor, day: date | None = None, at: datetime | None = None) -> TeacherDay:
        """The actor's lessons of `day` (today if None), as seen at the moment `at` (now if None).

        `at` is for a message that was written earlier than it arrived: it belongs to the lesson that was
        running then. Only the actor's own lessons are shown, so no further right is asked; whoever does not
        work here has none.
        """
        now = at or self._clock.now()
        today = actor.day_of(now)
        shown = day or today
        first = shown - timedelta(days=LOOK_BACK_DAYS) if shown == today else shown
        rows: list[LessonRow] = []
        proposals: dict[int, PlanRow] = {}
        if actor.staff_roles:
            async with self._db.transaction() as session:
                rows = await timetable.lessons(
                    session, actor.school_id, first, shown, teacher_id=actor.person_id
                )
                ids = [row.lesson_id for row in rows if row.date == shown]
                proposals = dict(await plans.upcoming(session, ids, limit=1))
        return TeacherDay(
            day=shown,
            today=today,
            now=now,
            lessons=tuple(row for row in rows if row.date == shown),
            unfinished_before=tuple(row for row in rows if row.date < shown and is_unfinished(row)),
            proposals=proposals,
        )

    async def lesson(self, *, actor: Actor, lesson_id: int) -> tuple[TeacherDay, LessonRow]:
        """A lesson within its day. Raises NotFound when the actor does not give it."""
        async with self._db.transaction() as session:
            row = await access_lesson(session, actor, lesson_id, Permission.TAKE_REGISTER)
        day = await self.day(actor=actor, day=row.date)
        return day, row

    async def lesson_at(
        self, *, actor: Actor, course_id: int, day: date, number: int
    ) -> tuple[TeacherDay, LessonRow]:
        """As `lesson`, for a lesson of the timetable that nobody may have looked at yet."""
        async with self._db.transaction() as session:
            row = await timetable.lesson_at(session, actor.school_id, course_id, day, number)
        if row is None:
            raise NotFound
        return await self.lesson(actor=actor, lesson_id=row.lesson_id)
