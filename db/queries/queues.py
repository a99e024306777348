"""How the queues are: for `zvonok outbox status` and `zvonok doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import InboxState, OutboxState
from db.models import InboxUpdate, OutboxMessage

REPEATED = "repeated"
"""The reason of a message that was sent after a request without an answer: it may stand in the chat twice."""


@dataclass(frozen=True, slots=True)
class MessageCount:
    kind: str
    state: OutboxState
    reason: str | None
    messages: int


async def messages_by_state(session: AsyncSession, school_id: int | None = None) -> Sequence[MessageCount]:
    """Of a school, or of all. What arrived as a repeat has the reason REPEATED."""
    repeated = (OutboxMessage.state == OutboxState.SENT) & (OutboxMessage.unanswered > 0)
    reason = case((repeated, REPEATED), else_=OutboxMessage.reason).label("reason")
    messages = (
        select(OutboxMessage.kind, OutboxMessage.state, reason)
        .where(_of(OutboxMessage, school_id))
        .subquery("messages")
    )
    key = (messages.c.kind, messages.c.state, messages.c.reason)
    counted = select(*key, func.count()).group_by(*key).order_by(*key)
    return [MessageCount(*row) for row in await session.execute(counted)]


async def oldest_due_message(
    session: AsyncSession, now: datetime, school_id: int | None = None
) -> datetime | None:
    """Since when the message that waits longest, of a school or of all, should have left."""
    due = select(func.min(OutboxMessage.not_before)).where(
        OutboxMessage.state == OutboxState.QUEUED,
        OutboxMessage.not_before <= now,
        _of(OutboxMessage, school_id),
    )
    return (await session.scalars(due)).one()


def _of(row: type[OutboxMessage] | type[InboxUpdate], school_id: int | None) -> ColumnElement[bool]:
    return true() if school_id is None else row.school_id == school_id


async def oldest_waiting_update(session: AsyncSession, school_id: int | None = None) -> datetime | None:
    """When the update came that waits longest to be handled, of a school or of all."""
    waiting = select(func.min(InboxUpdate.received_at)).where(
        InboxUpdate.state == InboxState.NEW, _of(InboxUpdate, school_id)
    )
    return (await session.scalars(waiting)).one()


async def updates_given_up(session: AsyncSession, school_id: int | None = None) -> int:
    """Of those still kept, of a school or of all, how many brought the process down at every start."""
    # Only what `inbox.give_up` gives up has failed without having been done with.
    given_up = select(func.count()).where(
        InboxUpdate.state == InboxState.FAILED, InboxUpdate.done_at.is_(None), _of(InboxUpdate, school_id)
    )
    return (await session.scalars(given_up)).one()
