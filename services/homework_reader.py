"""Homework as a family reads it; the lists of a day are asked for by a button."""

from __future__ import annotations

from datetime import date

from db.engine import Database
from db.queries import homework_days
from db.queries.files import StoredFileRow
from services.actor import Actor
from services.clock import Clock
from services.errors import NotFound
from services.notifications import homework_day
from services.notifications.homework_day import HomeworkDay


class HomeworkReaderService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def day(self, *, actor: Actor, pupil_id: int, day: date) -> HomeworkDay:
        """What was set on a day for the actor, or for their child. Raises NotFound."""
        async with self._db.transaction() as session:
            found = await homework_day.current(session, actor, pupil_id, day, now=self._clock.now())
        if found is None:
            raise NotFound
        return found

    async def files(self, *, actor: Actor, homework_id: int, pupil_id: int) -> list[StoredFileRow]:
        """What hangs on a task of the actor or of their child. Raises NotFound."""
        if not homework_day.may_read(actor, pupil_id):
            raise NotFound
        async with self._db.transaction() as session:
            files = await homework_days.files_for(session, actor.school_id, homework_id, pupil_id)
        if files is None:
            raise NotFound
        return files
