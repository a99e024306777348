"""Debt points «•»: by when they are to be settled (J4)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import literal, select

from db.engine import Database
from db.queries.course_lessons import standing_lessons
from services.actor import Actor
from services.clock import Clock
from services.marks.works import access_work

DAYS_OFFERED = 9
LOOK_AHEAD = timedelta(days=60)


class DebtService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def days(self, *, actor: Actor, work_id: int) -> tuple[date, ...]:
        """The next days on which the course of a work has lessons: by one of them a debt is settled.

        Raises NotFound for a work that is not the actor's.
        """
        now = self._clock.now()
        first = actor.day_of(now) + timedelta(days=1)
        async with self._db.transaction() as session:
            _, lesson = await access_work(session, actor, work_id, now=now)
            lessons = standing_lessons(
                actor.school_id, select(literal(lesson.course_id)), first, first + LOOK_AHEAD
            )
            days = await session.scalars(
                select(lessons.c.date).distinct().order_by(lessons.c.date).limit(DAYS_OFFERED)
            )
            return tuple(days)
