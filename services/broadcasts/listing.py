"""«Объявления»: one's own, and for the deputies everybody's that was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.engine import Database
from db.queries import broadcasts as queries
from db.queries.broadcasts import ListedBroadcast
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.broadcasts.access import check_writes
from services.clock import Clock

__all__ = ["BroadcastList", "ListService", "ListedBroadcast"]

ROWS_A_PAGE = 8


@dataclass(frozen=True, slots=True)
class BroadcastList:
    rows: tuple[ListedBroadcast, ...]
    """The newest first."""
    page: int
    has_more: bool
    of_everybody: bool
    now: datetime


class ListService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def page(self, *, actor: Actor, page: int) -> BroadcastList:
        """One statement, however many there are. Raises NotFound for who writes no broadcasts."""
        check_writes(actor)
        everybody = may(actor, Permission.SEE_EVERY_BROADCAST, SchoolSubject(actor.school_id))
        page = min(max(page, 0), 10_000)
        async with self._db.transaction() as session:
            rows = await queries.listed(
                session,
                actor.school_id,
                actor.person_id,
                of_everybody=everybody,
                skip=page * ROWS_A_PAGE,
                limit=ROWS_A_PAGE + 1,
            )
        return BroadcastList(
            rows=tuple(rows[:ROWS_A_PAGE]),
            page=page,
            has_more=len(rows) > ROWS_A_PAGE,
            of_everybody=everybody,
            now=self._clock.now(),
        )
