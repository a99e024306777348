"""How the queues are: for `zvonok outbox status` and `zvonok doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import InboxState, OutboxState
from db.models import InboxUpdate, OutboxMessage


@dataclass(frozen=True, slots=True)
class MessageCount:
    kind: str
    state: OutboxState
    reason: str | None
    messages: int


async def messages_by_state(session: AsyncSession) -> Sequence[MessageCount]:
    key = (OutboxMessage.kind, OutboxMessage.state, OutboxMessage.reason)
    rows = await session.execute(select(*key, func.count()).group_by(*key).order_by(*key))
    return [MessageCount(*row) for row in rows]


async def oldest_due_message(session: AsyncSession, now: datetime) -> datetime | None:
    """Since when the message that waits longest should have left."""
    due = select(func.min(OutboxMessage.not_before)).where(
        OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.not_before <= now
    )
    return (await session.scalars(due)).one()


async def oldest_waiting_update(session: AsyncSession) -> datetime | None:
    """When the update came that waits longest to be handled."""
    waiting = select(func.min(InboxUpdate.received_at)).where(InboxUpdate.state == InboxState.NEW)
    return (await session.scalars(waiting)).one()


async def updates_given_up(session: AsyncSession) -> int:
    """Of those still kept, how many brought the process down at every start."""
    # Only what `inbox.take_over` gives up has failed without having been done with.
    given_up = select(func.count()).where(
        InboxUpdate.state == InboxState.FAILED, InboxUpdate.done_at.is_(None)
    )
    return (await session.scalars(given_up)).one()
