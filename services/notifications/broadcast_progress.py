"""The numbers of a broadcast in its author's chat: one living message while it goes out and answers come."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BroadcastReply
from db.queries import broadcast_replies as queries
from db.queries.broadcasts import Composed
from services.access.identity import actor_behind
from services.actor import Actor
from services.broadcasts.access import seen
from services.broadcasts.progress import Progress, Reach, Shown, progress_of
from services.errors import InvalidInput, NotFound
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of

__all__ = ["PACE", "BroadcastProgressKind", "Progress", "post", "refresh"]

PACE = timedelta(seconds=5)
"""Between two edits at least: a hundredth of what a token may send, and a chat takes twenty a minute."""
_SLOWER = 10
"""The numbers go before what they count: those of many broadcasts at once may not be all that is sent."""


async def post(session: AsyncSession, actor: Actor, broadcast_id: int, *, at: datetime) -> None:
    """Show the numbers to the author, on the account that sent the broadcast, when it leaves."""
    message = NewMessage(
        school_id=actor.school_id,
        binding_id=actor.binding_id,
        kind=queries.PROGRESS,
        payload={"broadcast_id": broadcast_id},
        dedup_key=queries.progress_key(broadcast_id),
        # Before the broadcast itself, behind which it would come when all has left.
        priority=Priority.NOTICE,
        not_before=at,
    )
    await outbox.post(session, [message])


async def refresh(session: AsyncSession, broadcast_id: int, *, at: datetime) -> None:
    """The broadcast was changed or withdrawn: the numbers and the reminders that stand must show it."""
    await queries.refresh(session, broadcast_id, at)


class BroadcastProgressKind:
    """Payload: `broadcast_id`."""

    name = queries.PROGRESS
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A Progress, and again every few seconds until nothing waits any more."""
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None:
            return Skip(SkipReason.NO_ACCESS)
        try:
            known = await seen(session, reader, int(message.payload["broadcast_id"]), now)
        except (NotFound, InvalidInput):
            return Skip(SkipReason.NO_ACCESS)
        if message.external_ref is None:
            if known.composed.cancelled_at is not None:
                return Skip(SkipReason.CANCELLED)
            if known.composed.leaves_at is not None and known.composed.leaves_at > now:
                return Later(known.composed.leaves_at)
        if (kept := held_back(await wishes_of(session, reader), message, reader, now)) is not None:
            return kept
        progress = await progress_of(session, reader, known, now)
        return Ready(progress, again_at=_again_at(progress))


def _pace(broadcast: Composed, now: datetime) -> timedelta:
    """The longer it takes, the rarer the edits: a tenth of the time that has passed."""
    return max(PACE, (now - (broadcast.leaves_at or now)) / _SLOWER)


def _again_at(progress: Progress) -> datetime | None:
    broadcast, numbers = progress.broadcast, progress.numbers
    if broadcast.is_over:
        return None
    moments = []
    if numbers.people.reach[Reach.WAITING] and numbers.due_at is not None:
        moments.append(max(numbers.due_at, progress.now + _pace(broadcast, progress.now)))
    is_asked = broadcast.reply is not BroadcastReply.NONE and numbers.families.shown[Shown.SILENT] > 0
    if is_asked and broadcast.reply_by is not None and broadcast.reply_by > progress.now:
        moments.append(broadcast.reply_by)
    return min(moments, default=None)
