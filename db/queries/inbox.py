"""Updates as they came, kept until they are handled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Text,
    any_,
    bindparam,
    case,
    column,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Executor
from db.enums import BindingState, Channel, InboxState, OutboxState
from db.models import Binding, InboxUpdate, OutboxMessage
from db.queries.outbox import CHANNEL
from db.statements import made_once


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    id: int
    chat_id: int | None
    payload: dict[str, Any]


def _store_statement() -> Any:
    came = (
        func.jsonb_to_recordset(bindparam("updates", type_=JSONB))
        .table_valued(
            column("external_id", BigInteger), column("chat_id", BigInteger), column("payload", JSONB)
        )
        .render_derived(name="came", with_types=True)
    )
    # Names of their own: those of columns would be taken for values to set.
    now = bindparam("this_moment", type_=InboxUpdate.received_at.type)
    channel: BindParameter[str] = bindparam("this_channel", type_=Text)
    stored = (
        insert(InboxUpdate)
        .from_select(
            ["external_id", "chat_id", "payload", "channel", "state", "attempts", "received_at"],
            select(*came.c, channel, literal(InboxState.NEW.value), literal(0), now).order_by(
                came.c.external_id
            ),
        )
        .on_conflict_do_nothing(index_elements=[InboxUpdate.channel, InboxUpdate.external_id])
        .returning(InboxUpdate.id, InboxUpdate.external_id, InboxUpdate.chat_id)
        .cte("stored")
    )
    # Whoever writes to the bot has not blocked it (any more): what could not be sent gets another chance.
    back = (
        update(Binding)
        .where(
            Binding.blocked_at.is_not(None),
            Binding.channel == channel,
            Binding.state.in_([BindingState.PENDING, BindingState.ACTIVE, BindingState.FROZEN]),
            Binding.external_user_id.in_(select(stored.c.chat_id)),
        )
        .values(blocked_at=null())
        .returning(Binding.id)
        .cte("back")
    )
    resumed = (
        update(OutboxMessage)
        .where(
            OutboxMessage.binding_id.in_(select(back.c.id)),
            OutboxMessage.state == OutboxState.BLOCKED,
            or_(OutboxMessage.expires_at.is_(None), OutboxMessage.expires_at > now),
        )
        .values(state=OutboxState.QUEUED)
        .returning(func.pg_notify(CHANNEL, ""))
        .cte("resumed")
    )
    return select(stored.c.id, stored.c.external_id).order_by(stored.c.external_id).add_cte(resumed)


async def store(
    session: Executor, channel: Channel, updates: Sequence[dict[str, Any]], now: datetime
) -> list[StoredUpdate]:
    """Keep the updates that are not there yet, in one statement, and give these back in their order.

    `updates`: dictionaries of external_id, chat_id and payload.
    """
    params = {"updates": list(updates), "this_channel": channel.value, "this_moment": now}
    rows = await session.execute(made_once(_store_statement), params)
    came = {one["external_id"]: one for one in updates}
    return [StoredUpdate(row[0], came[row[1]]["chat_id"], came[row[1]]["payload"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What an earlier process left unhandled."""

    chats: list[int | None]
    """Where updates wait, oldest first."""
    given_up: list[int]
    """Ids of updates with which the process went down too often."""


async def take_over(session: AsyncSession, channel: Channel, max_attempts: int) -> Inheritance:
    """Each time counts as an attempt, so an update that brings the process down is given up after
    `max_attempts`."""
    attempts = InboxUpdate.attempts + 1
    taken = await session.execute(
        update(InboxUpdate)
        .where(InboxUpdate.state == InboxState.NEW, InboxUpdate.channel == channel)
        .values(
            attempts=attempts,
            state=case((attempts > max_attempts, InboxState.FAILED.value), else_=InboxState.NEW.value),
        )
        .returning(InboxUpdate.id, InboxUpdate.chat_id, InboxUpdate.state)
    )
    rows = sorted(taken.all(), key=lambda row: row.id)
    return Inheritance(
        list(dict.fromkeys(row.chat_id for row in rows if row.state is InboxState.NEW)),
        [row.id for row in rows if row.state is InboxState.FAILED],
    )


async def waiting(session: Executor, channel: Channel, chat_id: int | None, limit: int) -> list[StoredUpdate]:
    """The oldest updates of a chat that nobody has marked yet."""
    oldest = (
        select(InboxUpdate.id, InboxUpdate.chat_id, InboxUpdate.payload)
        .where(
            InboxUpdate.state == InboxState.NEW,
            InboxUpdate.channel == channel,
            InboxUpdate.chat_id.is_not_distinct_from(chat_id),
        )
        .order_by(InboxUpdate.id)
        .limit(limit)
    )
    return [StoredUpdate(*row) for row in await session.execute(oldest)]


def _mark_statement() -> Any:
    ids = bindparam("ids", type_=ARRAY(BigInteger))
    return (
        update(InboxUpdate)
        .where(InboxUpdate.id == any_(ids))
        .values(state=bindparam("new_state"), done_at=bindparam("this_moment"))
    )


async def mark(session: Executor, ids: Sequence[int], state: InboxState, now: datetime) -> None:
    params = {"ids": list(ids), "new_state": state, "this_moment": now}
    await session.execute(made_once(_mark_statement), params)


async def purge(session: AsyncSession, before: datetime) -> int:
    """Delete what was handled, or given up, before that moment. Returns how many."""
    # What is given up at a start (`take_over`) has no `done_at`.
    ended_at = func.coalesce(InboxUpdate.done_at, InboxUpdate.received_at)
    gone = await session.execute(
        delete(InboxUpdate)
        .where(InboxUpdate.state != InboxState.NEW, ended_at < before)
        .returning(InboxUpdate.id)
    )
    return len(gone.all())
