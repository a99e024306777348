"""What came back from a broadcast on paper or as a workbook: every family, and the numbers of the screen."""

from __future__ import annotations

from dataclasses import dataclass

from db.engine import Database
from db.queries import broadcast_results as queries
from db.queries import consents
from db.queries.broadcast_results import ToldFamily
from services.actor import Actor
from services.broadcasts.access import seen
from services.broadcasts.progress import Progress, progress_of
from services.clock import Clock

__all__ = ["BroadcastReport", "ReportService"]


@dataclass(frozen=True, slots=True)
class BroadcastReport:
    school: str
    progress: Progress
    families: tuple[ToldFamily, ...]
    """By class and name."""


class ReportService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def report(self, *, actor: Actor, broadcast_id: int) -> BroadcastReport:
        """Raises NotFound for what is not the actor's to know."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            reader = await seen(session, actor, broadcast_id, now)
            return BroadcastReport(
                school=await consents.school_name(session, actor.school_id),
                progress=await progress_of(session, actor, reader, now),
                families=tuple(
                    await queries.families(session, broadcast_id, reader.group_ids, actor.day_of(now))
                ),
            )
