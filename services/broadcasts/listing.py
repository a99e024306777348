"""«Объявления»: one's own, for the deputies everybody's that was sent, for a class teacher what the class
was sent; each with how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from db.engine import Database
from db.queries import broadcast_results as results
from db.queries import broadcasts as queries
from db.queries.broadcasts import ListedBroadcast
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.broadcasts.access import check_writes, receipts_of
from services.broadcasts.progress import Numbers, counted_each
from services.clock import Clock

__all__ = ["BroadcastList", "ListService", "ListedBroadcast"]

ROWS_A_PAGE = 8


@dataclass(frozen=True, slots=True)
class BroadcastList:
    rows: tuple[ListedBroadcast, ...]
    """The newest first."""
    page: int
    has_more: bool
    numbers: Mapping[int, Numbers]
    """By broadcast, of those that were released; as far as they are the reader's to know."""
    names_authors: bool
    now: datetime


class ListService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def page(self, *, actor: Actor, page: int) -> BroadcastList:
        """Two statements, however many there are. Raises NotFound for who writes no broadcasts."""
        now = self._clock.now()
        today = actor.day_of(now)
        check_writes(actor)
        everybody = may(actor, Permission.SEE_EVERY_BROADCAST, SchoolSubject(actor.school_id))
        page = min(max(page, 0), 10_000)
        async with self._db.transaction() as session:
            rows = await queries.listed(
                session,
                actor.school_id,
                actor.person_id,
                of_everybody=everybody,
                led=actor.class_teacher_of,
                now=now,
                today=today,
                skip=page * ROWS_A_PAGE,
                limit=ROWS_A_PAGE + 1,
            )
            sent = [one.composed.broadcast_id for one in rows[:ROWS_A_PAGE] if one.composed.released_at]
            cells = await results.numbers(session, sent, receipts_of(actor), today)
        return BroadcastList(
            rows=tuple(rows[:ROWS_A_PAGE]),
            page=page,
            has_more=len(rows) > ROWS_A_PAGE,
            numbers=counted_each(cells),
            names_authors=any(one.composed.author_id != actor.person_id for one in rows),
            now=now,
        )
