"""A colleague's own office hours (C1)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Desk
from db.queries import outbox
from db.queries import threads_people as queries
from db.queries.threads_messages import KIND
from services.actor import Actor
from services.clock import Clock
from services.errors import NotFound
from services.notifications.thread_message import WAITING
from services.threads.hours import Week, hours_of, read_hours


@dataclass(frozen=True, slots=True)
class OfficeHoursView:
    week: Week
    own: bool
    """Set by the colleague; else the institution's."""


class OfficeHourService:
    """Only for who works here; others find nothing."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def view(self, *, actor: Actor) -> OfficeHoursView:
        """Raises NotFound."""
        _check(actor)
        async with self._db.transaction() as session:
            return await self._view(session, actor)

    async def set(self, *, actor: Actor, typed: str) -> OfficeHoursView:
        """«пн-пт 9-16, сб 10-12»; what waits for the old hours asks again. Raises NotFound, and InvalidInput
        when it is not understood."""
        _check(actor)
        return await self._set(actor, read_hours(typed))

    async def reset(self, *, actor: Actor) -> OfficeHoursView:
        """As the institution has it. Raises NotFound."""
        _check(actor)
        return await self._set(actor, {})

    async def _set(self, actor: Actor, week: Week) -> OfficeHoursView:
        async with self._db.transaction() as session:
            await queries.set_hours(session, actor.person_id, week)
            waiting = (KIND, WAITING)
            await outbox.decide_anew(session, actor.person_id, waiting, self._clock.now())
            return await self._view(session, actor)

    async def _view(self, session: AsyncSession, actor: Actor) -> OfficeHoursView:
        own = await queries.own_hours(session, actor.person_id)
        now = self._clock.now()
        hours = await hours_of(session, actor.school_id, Desk.TEACHER, actor.person_id, now)
        return OfficeHoursView(hours.week, bool(own))


def _check(actor: Actor) -> None:
    if not actor.staff_roles:
        raise NotFound
