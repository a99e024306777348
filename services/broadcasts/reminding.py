"""Reminding those who have not answered, and nobody else: by hand, or at a moment chosen before (C7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import BroadcastReply
from db.queries import broadcast_replies as queries
from db.queries import broadcast_results as results
from db.queries import broadcasts
from db.queries.broadcast_results import Shown
from db.queries.broadcasts import Composed
from services import audit
from services.actor import Actor
from services.broadcasts.access import check_own_audience, own
from services.broadcasts.progress import counted
from services.broadcasts.releasing import LONGEST_WAIT
from services.clock import Clock
from services.errors import InvalidInput, LimitReached
from services.notifications.outbox import Priority

__all__ = ["Reminded", "ReminderForm", "ReminderService"]

PAUSE = timedelta(hours=4)
"""Between two reminders of one broadcast."""
TIME_TO_LIVE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class ReminderForm:
    broadcast: Composed
    silent: int
    """Families."""
    now: datetime

    @property
    def not_before(self) -> datetime | None:
        """When they may be reminded by hand again; None: now."""
        return pause_until(self.broadcast, self.now)


@dataclass(frozen=True, slots=True)
class Reminded:
    form: ReminderForm
    people: int
    """So many were written to."""


class ReminderService:
    """Every method raises NotFound for a broadcast that is not the actor's, or whose audience the actor may
    not write to any more, and InvalidInput when nothing is asked in it, or it is cancelled."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def form(self, *, actor: Actor, broadcast_id: int) -> ReminderForm:
        now = self._clock.now()
        async with self._db.transaction() as session:
            return await _form(session, actor, await _asking(session, actor, broadcast_id, now), now)

    async def remind(self, *, actor: Actor, broadcast_id: int) -> Reminded:
        """Raises InvalidInput also when everybody has answered, it is too late, or too soon after the last
        time."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            broadcast = await _asking(session, actor, broadcast_id, now)
            if (moment := pause_until(broadcast, now)) is not None:
                at = f"{moment.astimezone(actor.zone):%H:%M}"
                raise LimitReached(problem="broadcast_reminded_lately", at=at)
            if broadcast.reply_by is not None and broadcast.reply_by <= now:
                raise InvalidInput(problem="broadcast_reminder_late")
            people = await _remind(session, broadcast, actor.zone, now)
            if not people:
                raise InvalidInput(problem="broadcast_nobody_silent")
            await audit.record(
                session,
                actor,
                "broadcast.reminded",
                subject=("broadcast", broadcast_id),
                at=now,
                after={"people": people},
            )
            broadcast = await own(session, actor, broadcast_id)
            return Reminded(await _form(session, actor, broadcast, now), people)

    async def schedule(self, *, actor: Actor, broadcast_id: int, moment: datetime | None) -> ReminderForm:
        """Remind them then, once; None: not at all. Raises InvalidInput also for a moment that is over, after
        the answers are due, or far away."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            broadcast = await _asking(session, actor, broadcast_id, now)
            if moment is not None:
                if moment <= now:
                    raise InvalidInput(problem="broadcast_time_is_over")
                if moment > now + LONGEST_WAIT:
                    raise InvalidInput(problem="broadcast_too_far", days=LONGEST_WAIT.days)
                if broadcast.reply_by is not None and moment >= broadcast.reply_by:
                    raise InvalidInput(problem="broadcast_reminder_late")
            await queries.set_remind_at(session, broadcast_id, moment)
            return await _form(session, actor, await own(session, actor, broadcast_id), now)


async def remind_due(session: AsyncSession, now: datetime) -> None:
    """The job: what was scheduled for this moment. Rights are asked anew when each message is sent."""
    for broadcast_id, school_id, zone_name in await queries.due_reminders(session, now):
        broadcast = await broadcasts.find(session, school_id, broadcast_id)
        assert broadcast is not None
        is_late = broadcast.reply_by is not None and broadcast.reply_by <= now
        if broadcast.is_over or is_late:
            await queries.set_remind_at(session, broadcast_id, None)
        else:
            await _remind(session, broadcast, ZoneInfo(zone_name), now)


def pause_until(broadcast: Composed, now: datetime) -> datetime | None:
    """When the silent may be reminded by hand again; None: now."""
    if broadcast.reminded_at is None or broadcast.reminded_at + PAUSE <= now:
        return None
    return broadcast.reminded_at + PAUSE


async def _asking(session: AsyncSession, actor: Actor, broadcast_id: int, now: datetime) -> Composed:
    broadcast = await own(session, actor, broadcast_id, for_change=True)
    await check_own_audience(session, actor, broadcast, actor.day_of(now))
    if broadcast.released_at is None:
        raise InvalidInput(problem="broadcast_is_draft")
    if broadcast.is_over:
        raise InvalidInput(problem="broadcast_was_cancelled")
    if broadcast.reply is BroadcastReply.NONE:
        raise InvalidInput(problem="broadcast_asks_nothing")
    return broadcast


async def _remind(session: AsyncSession, broadcast: Composed, zone: ZoneInfo, now: datetime) -> int:
    live_until = now + TIME_TO_LIVE
    return await queries.remind(
        session,
        broadcast.broadcast_id,
        today=now.astimezone(zone).date(),
        priority=int(Priority.BROADCAST),
        now=now,
        expires_at=min(broadcast.reply_by or live_until, live_until),
    )


async def _form(session: AsyncSession, actor: Actor, broadcast: Composed, now: datetime) -> ReminderForm:
    cells = await results.numbers(session, [broadcast.broadcast_id], None, actor.day_of(now))
    return ReminderForm(broadcast, counted(cells).families.shown[Shown.SILENT], now)
