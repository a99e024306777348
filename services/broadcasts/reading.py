"""A broadcast as its recipient reads it on request, and its files."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import broadcast_notice as queries
from db.queries.files import StoredFileRow
from services.actor import Actor
from services.clock import Clock
from services.errors import NotFound
from services.notifications.broadcast import BroadcastNotice, notice_of
from services.notifications.homework_day import may_read
from services.notifications.wishes import wishes_of
from services.settings import PersonalData

__all__ = ["BroadcastNotice", "ReadService"]


class ReadService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def notice(self, *, actor: Actor, recipient_id: int) -> BroadcastNotice:
        """With nothing left out for privacy. Raises NotFound for who may not read it, or not yet."""
        async with self._db.transaction() as session:
            return await read(session, actor, recipient_id, self._clock)

    async def files(self, *, actor: Actor, recipient_id: int) -> tuple[StoredFileRow, ...]:
        """In their order. Raises NotFound, also when the broadcast was withdrawn."""
        notice = await self.notice(actor=actor, recipient_id=recipient_id)
        if notice.withdrawn:
            raise NotFound
        return notice.files


async def read(session: AsyncSession, actor: Actor, recipient_id: int, clock: Clock) -> BroadcastNotice:
    """As `ReadService.notice`, in a transaction of the caller's."""
    now = clock.now()
    sent = await queries.sent(session, recipient_id, now)
    rows = [
        one
        for one in (sent.rows if sent else ())
        if one.person_id == actor.person_id and may_read(actor, one.pupil_id)
    ]
    if sent is None or not rows:
        raise NotFound
    broadcast = sent.broadcast
    composed = broadcast.composed
    if composed.cancelled_at is not None or composed.leaves_at is None or composed.leaves_at > now:
        raise NotFound
    wishes = await wishes_of(session, actor)
    written = notice_of(broadcast, rows, sent.files, wishes.settings.personal_data)
    notice = notice_of(broadcast, rows, sent.files, PersonalData.FULL)
    # A message that hides what it says is one of text; its photo is among the files.
    return replace(notice, captioned=False) if written.hidden else notice
