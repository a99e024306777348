"""Documents, workbooks and pictures for somebody who asked for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from db.engine import Database
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.rates import Rate, check_rate

PAPERS = Rate("paper.made", an_hour=100)
"""Nobody reads more; a stolen phone takes no more away, and what it took stands in the history."""

P = ParamSpec("P")
T = TypeVar("T")


class PaperService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def make(
        self,
        actor: Actor,
        about: tuple[str, int],
        draw: Callable[P, T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """What `draw` makes of data that the actor was allowed to read, made in a thread.

        `about`: of what it is, as the history names things. Raises InvalidInput for one too many in an hour.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            await check_rate(session, actor, PAPERS, now)
            await record(session, actor, PAPERS.action, subject=about, at=now)
        return await asyncio.to_thread(draw, *args, **kwargs)
