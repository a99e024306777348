"""Debt points «•»: by when they are to be settled (J4)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import literal, select

from db.engine import Database
from db.queries import debts as queries
from db.queries.course_lessons import standing_lessons
from services.actor import Actor
from services.clock import Clock
from services.errors import NotFound
from services.marks.works import access_work
from services.notifications import debt_reminder
from services.notifications.debt_reminder import DebtReminder, TeacherDebts
from services.notifications.homework_day import may_read
from services.settings import PersonalData

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

    async def of_pupil(self, *, actor: Actor, pupil_id: int) -> DebtReminder:
        """All open debts of a pupil. Raises NotFound for whoever is not of the family."""
        if not may_read(actor, pupil_id):
            raise NotFound
        async with self._db.transaction() as session:
            today = actor.day_of(self._clock.now())
            view = await debt_reminder.of_pupil(session, actor.school_id, pupil_id, today)
        if view is None:
            raise NotFound
        return view

    async def to_teacher(self, *, actor: Actor, on: date) -> TeacherDebts:
        """What a reminder of the day `on` is about, in the courses that the actor teaches today."""
        if not actor.staff_roles:
            raise NotFound
        async with self._db.transaction() as session:
            debts = await queries.debts_to_teacher(
                session,
                actor.school_id,
                actor.person_id,
                debt_reminder.due_days(on),
                today=actor.day_of(self._clock.now()),
            )
        return TeacherDebts(on, tuple(debts), PersonalData.FULL)
