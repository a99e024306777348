"""Marks of a day on the family's own request (U6)."""

from __future__ import annotations

from datetime import date, timedelta

from db.engine import Database
from db.queries.homework_days import pupil
from services.actor import Actor
from services.clock import Clock
from services.errors import NotFound
from services.notifications import marks_day
from services.notifications.homework_day import may_read
from services.notifications.marks_day import MarksDay
from services.settings import institution_settings


class MarksDayService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def day(self, *, actor: Actor, pupil_id: int, day: date) -> MarksDay:
        """What was given to the pupil on a day. Raises NotFound for whoever is not of the family."""
        if not may_read(actor, pupil_id):
            raise NotFound
        now = self._clock.now()
        async with self._db.transaction() as session:
            named = await pupil(session, pupil_id, actor.day_of(now))
            if named is None:
                raise NotFound
            settings = await institution_settings(session, actor.school_id)
            undo = timedelta(minutes=settings.undo_minutes)
            return await marks_day.current(session, named, day, undo=undo, now=now)
