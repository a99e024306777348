"""Running a job's slot exactly once, whoever tries first and whoever dies meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.listening import OUTAGE, is_refusal
from db.queries import jobs, roster
from services.clock import Clock

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 3

log = structlog.get_logger()

Work = Callable[[AsyncSession, datetime], Awaitable[None]]
"""Gets the transaction that also marks the slot as done, limited to the slot's school, and the moment. It
enqueues, it does not send."""


class Ran(StrEnum):
    DONE = "done"
    NOT_OURS = "not_ours"
    """It was done already, or somebody is doing it."""
    FAILED = "failed"


class _ClaimLost(Exception):
    """Another process took the slot over; this one's work is rolled back."""


class JobRuns:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def run(self, job: str, slot: datetime, work: Work, *, school_id: int) -> Ran:
        """Do a school's work of a slot (aware, UTC) unless it is done. The work and «done» are one
        transaction."""
        token, now = uuid4(), self._clock.now()
        async with self._db.transaction() as session:
            ours = await jobs.claim(
                session,
                school_id,
                job,
                slot,
                token=token,
                now=now,
                lease_until=now + LEASE,
                max_attempts=MAX_ATTEMPTS,
            )
        if not ours:
            return Ran.NOT_OURS
        try:
            async with self._db.transaction() as session:
                roster.limit_to(session, school_id)
                await work(session, now)
                if not await jobs.finish(session, school_id, job, slot, token, now=self._clock.now()):
                    raise _ClaimLost
        except _ClaimLost:
            return Ran.NOT_OURS
        except Exception as error:
            if isinstance(error, OUTAGE) and not _is_its_own_fault(error):
                raise
            log.exception("job.failed", job=job, slot=slot.isoformat())
            async with self._db.transaction() as session:
                await jobs.finish(
                    session, school_id, job, slot, token, now=self._clock.now(), error=type(error).__name__
                )
            return Ran.FAILED
        log.info("job.done", job=job, slot=slot.isoformat())
        return Ran.DONE


def _is_its_own_fault(error: Exception) -> bool:
    """Whether the database is there, and refuses what the job wants of it."""
    return is_refusal(error) or isinstance(error, IntegrityError)
