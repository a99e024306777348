"""Sending a broadcast, and taking it back before anything has left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import BroadcastReply
from db.queries import broadcast_release as release_queries
from db.queries import broadcasts as queries
from db.queries.broadcasts import Composed
from db.queries.files import StoredFileRow
from services import audit
from services.actor import Actor
from services.broadcasts.access import check_own_audience, own
from services.broadcasts.limits import is_captioned
from services.broadcasts.placeholders import has_names
from services.clock import Clock
from services.errors import InvalidInput
from services.notifications import broadcast_progress
from services.notifications.outbox import Priority
from services.notifications.ports import SkipReason
from services.rates import Rate, check_rate
from services.settings import institution_settings

RELEASES = Rate("broadcast.released", an_hour=20)
TIME_TO_LIVE = timedelta(days=7)
"""A message that nobody is to answer is no news after this."""
LONGEST_WAIT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Released:
    """A broadcast that was released, as it stands now."""

    broadcast_id: int
    leaves_at: datetime
    now: datetime
    cancelled: bool

    @property
    def has_left(self) -> bool:
        return not self.cancelled and self.leaves_at <= self.now


class ReleaseService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def release(self, *, actor: Actor, broadcast_id: int, version: int) -> Released:
        """Fix the recipients and queue their messages, all or nothing; asked again, nothing more is done.

        Raises NotFound, also when the actor may not write to one of the audience (any more), Forbidden when
        not urgently, and InvalidInput when the draft is not what the preview of `version` showed, is not
        complete, or is one too many in an hour.
        """
        now = self._clock.now()
        today = actor.day_of(now)
        async with self._db.transaction() as session:
            draft = await own(session, actor, broadcast_id, for_change=True)
            if draft.released_at is not None:
                return _released(draft, now)
            await check_own_audience(session, actor, draft, today)
            await check_rate(session, actor, RELEASES, now)
            files = await queries.files(session, broadcast_id)
            if draft.version != version:
                raise InvalidInput(problem="broadcast_changed")
            settings = await institution_settings(session, actor.school_id)
            leaves_at = max(draft.leaves_at or now, now + timedelta(minutes=settings.undo_minutes))
            check_complete(draft, files, now, leaves_at)
            draft = as_released(draft, files)
            await queries.change(
                session,
                broadcast_id,
                released_at=now,
                leaves_at=leaves_at,
                per_pupil=draft.per_pupil,
                captioned=draft.captioned,
            )
            recipients = await release_queries.fix_recipients(
                session,
                broadcast_id,
                draft.audience,
                actor.school_id,
                pupils_too=draft.pupils_too,
                today=today,
            )
            if not recipients:
                raise InvalidInput(problem="broadcast_for_nobody")
            await release_queries.post(
                session,
                broadcast_id,
                priority=int(Priority.NOTICE if draft.urgent else Priority.BROADCAST),
                not_before=leaves_at,
                expires_at=draft.reply_by or leaves_at + TIME_TO_LIVE,
            )
            await broadcast_progress.post(session, actor, broadcast_id, at=leaves_at)
            await _record(session, actor, "broadcast.released", broadcast_id, now, recipients=recipients)
        return Released(broadcast_id, leaves_at, now, cancelled=False)

    async def cancel(self, *, actor: Actor, broadcast_id: int) -> Released:
        """Take it back before it leaves: nobody will have seen it. Raises NotFound, and InvalidInput when it
        is leaving already."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            sent = await _sent(session, actor, broadcast_id)
            if sent.cancelled_at is None:
                if sent.leaves_at is None or sent.leaves_at <= now:
                    raise InvalidInput(problem="broadcast_is_leaving")
                await queries.change(session, broadcast_id, cancelled_at=now)
                await release_queries.cancel(session, broadcast_id, SkipReason.CANCELLED)
                await _record(session, actor, "broadcast.cancelled", broadcast_id, now)
            return replace(_released(sent, now), cancelled=True)

    async def send_now(self, *, actor: Actor, broadcast_id: int) -> Released:
        """Wait no longer. Raises NotFound, and InvalidInput when it was cancelled or withdrawn."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            sent = await _sent(session, actor, broadcast_id)
            await check_own_audience(session, actor, sent, actor.day_of(now))
            if sent.is_over:
                raise InvalidInput(problem="broadcast_was_cancelled")
            if sent.leaves_at is None or sent.leaves_at > now:
                await queries.change(session, broadcast_id, leaves_at=now)
                await release_queries.send_now(session, broadcast_id, now)
                await broadcast_progress.post(session, actor, broadcast_id, at=now)
                await _record(session, actor, "broadcast.sent_at_once", broadcast_id, now)
                return Released(broadcast_id, now, now, cancelled=False)
            return _released(sent, now)


def as_released(draft: Composed, files: list[StoredFileRow]) -> Composed:
    """With what is fixed at the release."""
    return replace(
        draft,
        per_pupil=draft.reply is not BroadcastReply.NONE or has_names(draft.text),
        captioned=is_captioned(draft.text, files),
    )


def check_complete(draft: Composed, files: list[StoredFileRow], now: datetime, leaves_at: datetime) -> None:
    """Raises InvalidInput for what cannot be sent so."""
    if not draft.text and not files:
        raise InvalidInput(problem="broadcast_empty")
    if draft.leaves_at is not None and draft.leaves_at <= now:
        raise InvalidInput(problem="broadcast_time_is_over")
    if draft.reply_by is not None and draft.reply_by <= leaves_at:
        raise InvalidInput(problem="broadcast_no_time_to_answer")


async def _sent(session: AsyncSession, actor: Actor, broadcast_id: int) -> Composed:
    sent = await own(session, actor, broadcast_id, for_change=True)
    if sent.released_at is None:
        raise InvalidInput(problem="broadcast_is_draft")
    return sent


def _released(sent: Composed, now: datetime) -> Released:
    assert sent.leaves_at is not None
    return Released(sent.broadcast_id, sent.leaves_at, now, cancelled=sent.cancelled_at is not None)


async def _record(
    session: AsyncSession, actor: Actor, action: str, broadcast_id: int, now: datetime, **after: int
) -> None:
    await audit.record(
        session, actor, action, subject=("broadcast", broadcast_id), at=now, after=dict(after) or None
    )
