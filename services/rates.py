"""How often one person may do what is dear to others: counted in the history, so in every process alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import rates as queries
from services.actor import Actor
from services.errors import LimitReached

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `an_hour` lines of the history that say `action`, for one person and whatever accounts they
    use."""

    action: str
    an_hour: int


async def check_rate(session: AsyncSession, actor: Actor, rate: Rate, now: datetime) -> None:
    """Called before the line is written. Raises LimitReached when it would be one too many."""
    done = await queries.done_since(session, actor.person_id, rate.action, now - _HOUR, rate.an_hour)
    if done >= rate.an_hour:
        raise LimitReached(problem="too_often", limit=rate.an_hour)
