"""Updates as they came, kept until they are handled; and whose turn each chat is.

A chat is handled by the process that holds its advisory lock: so any number of processes keep its order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Subquery,
    Text,
    any_,
    bindparam,
    case,
    cast,
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
from db.queries import outbox
from db.statements import made_once

CHANNEL = "zvonok_inbox"
"""Told (NOTIFY) «bot chat» when an update was kept whose chat is another process's."""
_CHAT_LOCKS = 0x5A56
"""The first number of a chat's lock; locks of one number are for other things."""


class Chat(NamedTuple):
    """What is handled in order: a chat with one bot."""

    bot_id: int
    chat_id: int
    """0: of updates that belong to no chat."""


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    id: int
    chat: Chat
    payload: dict[str, Any]
    received_at: datetime
    attempts: int = 0
    """How often a process may have died over it."""


@dataclass(frozen=True, slots=True)
class KeptUpdate:
    update: StoredUpdate
    ours: bool
    """Its chat was held, or is from now on; else whoever holds it has been told."""
    behind: int | None
    """The newest that waited in its chat already."""


def _lock(bot_id: ColumnElement[int], chat_id: ColumnElement[int]) -> tuple[Any, ColumnElement[int]]:
    """Two chats that share a number are handled by one process; no harm is done."""
    return literal(_CHAT_LOCKS), func.hashint8(bot_id.op("#")(chat_id))


def _store_statement() -> Any:
    came = (
        func.jsonb_to_recordset(bindparam("updates", type_=JSONB))
        .table_valued(
            column("bot_id", BigInteger),
            column("school_id", BigInteger),
            column("external_id", BigInteger),
            column("chat_id", BigInteger),
            column("payload", JSONB),
            column("held", Boolean),
        )
        .render_derived(name="came", with_types=True)
    )
    # Names of their own: those of columns would be taken for values to set.
    now = bindparam("this_moment", type_=InboxUpdate.received_at.type)
    channel: Any = bindparam("this_channel", type_=Text)
    stored = (
        insert(InboxUpdate)
        .from_select(
            [
                "bot_id",
                "school_id",
                "external_id",
                "chat_id",
                "payload",
                "channel",
                "state",
                "attempts",
                "received_at",
            ],
            select(
                *(came.c.bot_id, came.c.school_id, came.c.external_id, came.c.chat_id, came.c.payload),
                *(channel, literal(InboxState.NEW.value), literal(0), now),
            ).order_by(came.c.external_id),
        )
        .on_conflict_do_nothing(index_elements=[InboxUpdate.bot_id, InboxUpdate.external_id])
        .returning(InboxUpdate.id, InboxUpdate.bot_id, InboxUpdate.external_id, InboxUpdate.chat_id)
        .cte("stored")
    )
    seen = (
        select(stored.c.bot_id, stored.c.chat_id, func.bool_or(came.c.held).label("held"))
        .join(came, (came.c.bot_id == stored.c.bot_id) & (came.c.external_id == stored.c.external_id))
        .group_by(stored.c.bot_id, stored.c.chat_id)
        .subquery("seen")
    )
    newest = (
        select(func.max(InboxUpdate.id))
        .where(
            InboxUpdate.state == InboxState.NEW,
            InboxUpdate.bot_id == seen.c.bot_id,
            InboxUpdate.chat_id == seen.c.chat_id,
        )
        .scalar_subquery()
    )
    locked = func.pg_try_advisory_lock(*_lock(seen.c.bot_id, seen.c.chat_id))
    chats = (
        select(
            *(seen.c.bot_id, seen.c.chat_id),
            case((seen.c.held, True), else_=locked).label("ours"),
            newest.label("newest"),
        )
        .cte("chats")
        .prefix_with("materialized", dialect="postgresql")
    )
    told = (
        select(func.count(func.pg_notify(CHANNEL, func.concat(chats.c.bot_id, " ", chats.c.chat_id))))
        .where(chats.c.ours.is_(False))
        .scalar_subquery()
    )
    # Whoever writes to the bot has not blocked it (any more): what could not be sent gets another chance.
    back = (
        update(Binding)
        .where(
            Binding.blocked_at.is_not(None),
            Binding.channel == channel,
            Binding.state.in_([BindingState.PENDING, BindingState.ACTIVE, BindingState.FROZEN]),
            Binding.external_user_id == stored.c.chat_id,
            came.c.bot_id == stored.c.bot_id,
            came.c.external_id == stored.c.external_id,
            Binding.school_id == came.c.school_id,
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
        .returning(func.pg_notify(outbox.CHANNEL, cast(OutboxMessage.school_id, Text)))
        .cte("resumed")
    )
    return (
        select(stored.c.id, stored.c.bot_id, stored.c.external_id, chats.c.ours, chats.c.newest, told)
        .join(chats, (chats.c.bot_id == stored.c.bot_id) & (chats.c.chat_id == stored.c.chat_id))
        .order_by(stored.c.id)
        .add_cte(resumed)
    )


async def store(
    connection: Executor, channel: Channel, updates: Sequence[dict[str, Any]], now: datetime
) -> list[KeptUpdate]:
    """Keep the updates that are not there yet, in one statement, and give these back in their order.

    Their chats are locked for this connection where no other has them. `updates`: dictionaries of bot_id,
    school_id (whose bot it is, if there is one), external_id, chat_id, payload, and whether the chat is
    `held` by this connection.
    """
    params = {"updates": list(updates), "this_channel": channel.value, "this_moment": now}
    rows = await connection.execute(made_once(_store_statement), params)
    came = {(one["bot_id"], one["external_id"]): one for one in updates}
    return [
        KeptUpdate(
            StoredUpdate(id_, Chat(bot_id, one["chat_id"]), one["payload"], now), ours=ours, behind=newest
        )
        for id_, bot_id, external_id, ours, newest, _ in rows
        for one in [came[bot_id, external_id]]
    ]


async def chats_waiting(connection: Executor, bot_ids: Collection[int]) -> list[Chat]:
    """Chats of these bots with updates that nobody has marked yet; those that never failed come first."""
    waiting = (
        select(InboxUpdate.bot_id, InboxUpdate.chat_id)
        .where(InboxUpdate.state == InboxState.NEW, InboxUpdate.bot_id == any_(_numbers(bot_ids)))
        .group_by(InboxUpdate.bot_id, InboxUpdate.chat_id)
        .order_by(func.max(InboxUpdate.attempts), func.min(InboxUpdate.id))
    )
    return [Chat(*row) for row in await connection.execute(waiting)]


def _take_statement() -> Any:
    wanted = _each_chat()
    tried = select(
        wanted.c.position, func.pg_try_advisory_lock(*_lock(wanted.c.bot_id, wanted.c.chat_id)).label("ours")
    ).subquery("tried")
    return select(tried.c.position).where(tried.c.ours).order_by(tried.c.position)


async def take(connection: Executor, chats: Sequence[Chat]) -> list[Chat]:
    """Lock what nobody else has, for this connection. Gives it back in its order."""
    mine = await connection.execute(made_once(_take_statement), _named(chats))
    return [chats[position - 1] for (position,) in mine]


def _let_go_statement() -> Any:
    held = _each_chat()
    unlocked = func.pg_advisory_unlock(*_lock(held.c.bot_id, held.c.chat_id))
    return select(func.count(unlocked)).select_from(held)


async def let_go(connection: Executor, chats: Sequence[Chat]) -> None:
    """Only after their updates are marked, and the mark is committed."""
    await connection.execute(made_once(_let_go_statement), _named(chats))


def _tell_statement() -> Any:
    left = _each_chat()
    told = func.pg_notify(CHANNEL, func.concat(left.c.bot_id, " ", left.c.chat_id))
    return select(func.count(told)).select_from(left)


async def hand_over(connection: Executor, chats: Sequence[Chat]) -> None:
    """Let go of everything; other processes hear that updates wait in these chats."""
    await connection.execute(select(func.pg_advisory_unlock_all()))
    await connection.execute(made_once(_tell_statement), _named(chats))


def chat_told(payload: str) -> Chat | None:
    """What a notification on CHANNEL speaks of; None when any may have been missed."""
    bot_id, _, chat_id = payload.partition(" ")
    return Chat(int(bot_id), int(chat_id)) if chat_id else None


def _numbers(values: Collection[int]) -> ColumnElement[Any]:
    return literal(list(values), ARRAY(BigInteger))


def _named(chats: Sequence[Chat]) -> dict[str, Any]:
    """The parameters of `_each_chat`."""
    return {"bots": [chat.bot_id for chat in chats], "chats": [chat.chat_id for chat in chats]}


def _each_chat() -> Subquery:
    bots, ids = (bindparam(name, type_=ARRAY(BigInteger)) for name in ("bots", "chats"))
    each = func.unnest(bots, ids).table_valued(
        column("bot_id", BigInteger), column("chat_id", BigInteger), with_ordinality="position"
    )
    # Tried once each and in this order, whatever stands around it.
    return select(*each.render_derived(name="each").c).offset(0).subquery("chats")


async def waiting(connection: Executor, chat: Chat, limit: int) -> list[StoredUpdate]:
    """The oldest updates of a chat that nobody has marked yet."""
    oldest = (
        select(InboxUpdate.id, InboxUpdate.payload, InboxUpdate.received_at, InboxUpdate.attempts)
        .where(
            InboxUpdate.state == InboxState.NEW,
            InboxUpdate.bot_id == chat.bot_id,
            InboxUpdate.chat_id == chat.chat_id,
        )
        .order_by(InboxUpdate.id)
        .limit(limit)
    )
    rows = await connection.execute(oldest)
    return [StoredUpdate(row.id, chat, row.payload, row.received_at, row.attempts) for row in rows]


async def count_attempt(connection: Executor, ids: Sequence[int]) -> None:
    """Somebody may have died over these, or is about to handle what somebody may have died over."""
    await connection.execute(
        update(InboxUpdate)
        .where(InboxUpdate.id == any_(_numbers(ids)))
        .values(attempts=InboxUpdate.attempts + 1)
    )


async def take_back_attempt(connection: Executor, ids: Sequence[int]) -> None:
    """These wait as they did before `count_attempt`: nobody died over them."""
    await connection.execute(
        update(InboxUpdate)
        .where(InboxUpdate.id == any_(_numbers(ids)), InboxUpdate.state == InboxState.NEW)
        .values(attempts=InboxUpdate.attempts - 1)
    )


def _mark_statement() -> Any:
    ids = bindparam("ids", type_=ARRAY(BigInteger))
    return (
        update(InboxUpdate)
        .where(InboxUpdate.id == any_(ids))
        .values(state=bindparam("new_state"), done_at=bindparam("this_moment"))
    )


async def mark(connection: Executor, ids: Sequence[int], state: InboxState, now: datetime) -> None:
    params = {"ids": list(ids), "new_state": state, "this_moment": now}
    await connection.execute(made_once(_mark_statement), params)


async def give_up(connection: Executor, update_id: int) -> None:
    """It brought the process down too often. It has no `done_at`: nobody is done with it."""
    gone = update(InboxUpdate).where(InboxUpdate.id == update_id).values(state=InboxState.FAILED)
    await connection.execute(gone)


async def settle(session: AsyncSession, bot_id: int, now: datetime) -> None:
    """The bot is gone: nobody will answer what waits for it."""
    await session.execute(
        update(InboxUpdate)
        .where(InboxUpdate.bot_id == bot_id, InboxUpdate.state == InboxState.NEW)
        .values(state=InboxState.DONE, done_at=now)
    )


async def purge(session: AsyncSession, school_id: int, before: datetime) -> None:
    """Delete what was handled, or given up, before that moment: of the school, and of nobody."""
    # What was given up has no `done_at`.
    ended_at = func.coalesce(InboxUpdate.done_at, InboxUpdate.received_at)
    await session.execute(
        delete(InboxUpdate).where(
            InboxUpdate.state != InboxState.NEW,
            ended_at < before,
            or_(InboxUpdate.school_id == school_id, InboxUpdate.school_id.is_(None)),
        )
    )
