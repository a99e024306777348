"""A colleague's own office hours (C1)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Desk
from db.queries import threads_messages as messages
from db.queries import threads_people as queries
from services.actor import Actor
from services.clock import Clock
from services.errors import NotFound
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
        week = read_hours(typed)
        async with self._db.transaction() as session:
            await queries.set_hours(session, actor.person_id, week)
            await messages.ask_again(session, actor.person_id, self._clock.now())
            return await self._view(session, actor)

    async def reset(self, *, actor: Actor) -> OfficeHoursView:
        """As the institution has it. Raises NotFound."""
        _check(actor)
        async with self._db.transaction() as session:
            await queries.set_hours(session, actor.person_id, {})
            await messages.ask_again(session, actor.person_id, self._clock.now())
            return await self._view(session, actor)

    async def _view(self, session: AsyncSession, actor: Actor) -> OfficeHoursView:
        own = await queries.own_hours(session, actor.person_id)
        now = self._clock.now()
        hours = await hours_of(session, actor.school_id, Desk.TEACHER, actor.person_id, now)
        return OfficeHoursView(hours.week, bool(own))


def _check(actor: Actor) -> None:
    if not actor.staff_roles:
        raise NotFound
