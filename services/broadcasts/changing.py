"""What can be done about a broadcast that was sent: another text, or taking it back from the chats."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import broadcast_release as release_queries
from db.queries import broadcasts as queries
from db.queries.broadcasts import Composed
from services import audit
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.broadcasts.access import check_own_audience, check_writes, own
from services.broadcasts.limits import CAPTION_LIMIT, checked_text, length
from services.broadcasts.placeholders import has_names
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.notifications import broadcast_progress
from services.notifications.ports import SkipReason

EDIT_TIME_TO_LIVE = timedelta(days=2)


class ChangeService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def edit_text(self, *, actor: Actor, broadcast_id: int, text: str) -> Composed:
        """Another text, in all chats where it stands and in all where it will. Before it leaves nobody learns
        that there was another one.

        Raises NotFound, also when the actor may not write to the audience any more, and InvalidInput.
        """
        now = self._clock.now()
        words = checked_text(text)
        async with self._db.transaction() as session:
            sent = await own(session, actor, broadcast_id, for_change=True)
            await check_own_audience(session, actor, sent, actor.day_of(now))
            _check_is_on(sent)
            if not words and not await queries.files(session, broadcast_id):
                raise InvalidInput(problem="broadcast_empty")
            if sent.captioned and length(words) > CAPTION_LIMIT:
                raise InvalidInput(problem="broadcast_too_long", n=CAPTION_LIMIT)
            if has_names(words) and not sent.per_pupil:
                raise InvalidInput(problem="broadcast_names_late")
            if words != sent.text:
                has_left = sent.leaves_at is not None and sent.leaves_at <= now
                await queries.change(
                    session, broadcast_id, text=words, edited_at=now if has_left else sent.edited_at
                )
                await self._tell(session, actor, "broadcast.changed", sent, now)
            return await own(session, actor, broadcast_id)

    async def withdraw(self, *, actor: Actor, broadcast_id: int) -> Composed:
        """Take it back: what stands says so, what waits does not leave. The deputies may withdraw any.

        Raises NotFound, also for a draft of somebody else and an author who writes to nobody any more, and
        InvalidInput for one's own draft or what was cancelled.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            sent = await queries.find(session, actor.school_id, broadcast_id, for_change=True)
            if sent is None:
                raise NotFound
            every = may(actor, Permission.SEE_EVERY_BROADCAST, SchoolSubject(actor.school_id))
            if sent.author_id == actor.person_id:
                check_writes(actor)
            elif sent.released_at is None or not every:
                raise NotFound
            if sent.withdrawn_at is None:
                _check_is_on(sent)
                await queries.change(session, broadcast_id, withdrawn_at=now)
                await release_queries.cancel(session, broadcast_id, SkipReason.CANCELLED)
                await self._tell(session, actor, "broadcast.withdrawn", sent, now)
            found = await queries.find(session, actor.school_id, broadcast_id)
            assert found is not None
            return found

    async def _tell(
        self, session: AsyncSession, actor: Actor, action: str, sent: Composed, now: datetime
    ) -> None:
        await release_queries.post_again(
            session, sent.broadcast_id, now=now, expires_at=now + EDIT_TIME_TO_LIVE
        )
        await broadcast_progress.refresh(session, sent.broadcast_id, at=now)
        await audit.record(session, actor, action, subject=("broadcast", sent.broadcast_id), at=now)


def _check_is_on(sent: Composed) -> None:
    if sent.released_at is None:
        raise InvalidInput(problem="broadcast_is_draft")
    if sent.is_over:
        raise InvalidInput(problem="broadcast_was_cancelled")
