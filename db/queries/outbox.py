"""The outbox as a table of living messages (docs/decisions/0003-living-messages.md).

Posting, cancelling and asking anew are here; what only the sender asks is in db/queries/sending.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    DateTime,
    Select,
    SmallInteger,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import OutboxState
from db.models import Binding, OutboxMessage

CHANNEL = "zvonok_outbox"
"""Told (NOTIFY) at the commit of every transaction that posts: the school's id, or nothing for all."""
RESTORED = "restored"
"""The reason of a message that waited when a back-up was made that was restored."""

_posted = (
    func.jsonb_to_recordset(bindparam("messages", type_=JSONB))
    .table_valued(
        column("school_id", BigInteger),
        column("binding_id", BigInteger),
        column("pupil_id", BigInteger),
        column("kind", Text),
        column("payload", JSONB),
        column("priority", SmallInteger),
        column("dedup_key", Text),
        column("not_before", DateTime(timezone=True)),
        column("expires_at", DateTime(timezone=True)),
    )
    .render_derived(name="posted", with_types=True)
)
_queued = OutboxMessage.state == OutboxState.QUEUED
_claimed = OutboxMessage.state == OutboxState.CLAIMED
_perhaps_sent_since = and_(OutboxMessage.reason == RESTORED, OutboxMessage.external_ref.is_(None))


def posting(messages: Select[*tuple[Any, ...]]) -> CTE:
    """Insert these messages, or raise the revision of those whose key is there. The columns of `messages`
    are `POSTED`; its keys differ, and stand in their order, so that two transactions with the same keys
    wait instead of deadlocking. One row comes back for each."""
    posted = messages.subquery("posting")
    new = insert(OutboxMessage).from_select(
        [*POSTED, "state", "revision", "sent_revision", "attempts", "created_at"],
        select(
            *(posted.c[name] for name in POSTED),
            literal(OutboxState.QUEUED.value),
            literal(1),
            literal(0),
            literal(0),
            func.now(),
        ),
    )
    return (
        new.on_conflict_do_update(
            index_elements=[OutboxMessage.dedup_key],
            set_={
                "revision": OutboxMessage.revision + 1,
                "payload": new.excluded.payload,
                "pupil_id": new.excluded.pupil_id,
                "priority": func.least(OutboxMessage.priority, new.excluded.priority),
                "not_before": case(
                    (_queued, func.least(OutboxMessage.not_before, new.excluded.not_before)),
                    else_=new.excluded.not_before,
                ),
                "expires_at": new.excluded.expires_at,
                "state": case((_claimed, OutboxMessage.state), else_=OutboxState.QUEUED.value),
                "reason": null(),
                "unanswered": OutboxMessage.unanswered + case((_perhaps_sent_since, 1), else_=0),
                "attempts": case((_claimed, OutboxMessage.attempts), else_=0),
            },
        )
        .returning(OutboxMessage.id, OutboxMessage.school_id)
        .cte("upserted")
    )


def telling(upserted: CTE) -> Select[str]:
    """Wake the senders of the schools that have something to send."""
    school_id = cast(upserted.c.school_id, Text)
    return select(func.pg_notify(CHANNEL, school_id)).group_by(upserted.c.school_id)


POSTED = tuple(c.name for c in _posted.c)
_POST = telling(posting(select(_posted)))


async def post(session: AsyncSession, messages: Sequence[dict[str, Any]]) -> None:
    """Insert messages, or raise the revision of those whose dedup_key is there: one statement for all.

    Moments are ISO strings. The keys must differ within one call.
    """
    await session.execute(_POST, {"messages": list(messages)})


async def decide_anew(session: AsyncSession, person_id: int, kinds: Collection[str], now: datetime) -> None:
    """Let the sender ask at once about the person's waiting messages of these kinds."""
    accounts = select(Binding.id).where(Binding.person_id == person_id)
    await session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.binding_id.in_(accounts),
            OutboxMessage.kind.in_(kinds),
        )
        .values(not_before=func.least(OutboxMessage.not_before, now))
    )
    await session.execute(select(func.pg_notify(CHANNEL, "")))


async def cancel_person(session: AsyncSession, person_id: int, reason: str) -> None:
    """Skip whatever waits for any account of this person."""
    bindings = select(Binding.id).where(Binding.person_id == person_id)
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.binding_id.in_(bindings))
        .values(state=OutboxState.SKIPPED, reason=reason)
    )


async def cancel_binding(session: AsyncSession, binding_id: int, reason: str) -> None:
    """Skip whatever waits for this account."""
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.binding_id == binding_id)
        .values(state=OutboxState.SKIPPED, reason=reason)
    )
