"""Putting messages into the outbox, in the transaction of the use case that causes them.

A message is a living thing in a person's chat, named by its `dedup_key`. Posting a key again does not make
a second message: the first one is sent later with what is true then, or edited if it has left already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import outbox as queries
from services.notifications.ports import SkipReason


class Priority(IntEnum):
    """Who goes first when many are due; the smaller the sooner."""

    ALERT = 0
    NOTICE = 1
    """Part of a conversation: a question to a teacher, an acknowledgement."""
    BROADCAST = 2
    DIGEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What should stand in a chat. `payload` holds ids, never text: the text is made at sending."""

    school_id: int
    binding_id: int
    kind: str
    """Name of a `ports.Kind`."""
    payload: dict[str, Any]
    dedup_key: str
    """From stable ids («alert:<pupil>:<date>:<binding>»)."""
    priority: Priority
    not_before: datetime
    expires_at: datetime | None = None
    pupil_id: int | None = None
    """Whom the message is about, if about one pupil."""


async def post(session: AsyncSession, messages: Sequence[NewMessage]) -> None:
    """Write messages with the caller's transaction; they leave only if it commits.

    A key that is new is queued. One that is queued keeps the earlier of both `not_before`: its kind says,
    with `again_at` or `Later`, what must still wait. One that was sent is queued again as an edit; one that
    was skipped, blocked or failed gets another chance; one that is just being sent is queued again after it.
    When a key comes twice in `messages`, the last one counts.
    """
    if not messages:
        return
    latest = {message.dedup_key: message for message in messages}
    # In the order of the keys, so that two transactions with the same keys wait instead of deadlocking.
    rows = [
        {
            "school_id": message.school_id,
            "binding_id": message.binding_id,
            "pupil_id": message.pupil_id,
            "kind": message.kind,
            "payload": message.payload,
            "priority": int(message.priority),
            "dedup_key": key,
            "not_before": message.not_before.isoformat(),
            "expires_at": message.expires_at and message.expires_at.isoformat(),
        }
        for key, message in sorted(latest.items())
    ]
    await queries.post(session, rows)


async def cancel_person(session: AsyncSession, person_id: int, reason: SkipReason) -> None:
    """Skip all that waits for a person, on all of their accounts (U5)."""
    await queries.cancel_person(session, person_id, reason)


async def cancel_binding(session: AsyncSession, binding_id: int, reason: SkipReason) -> None:
    """Skip all that waits for one account."""
    await queries.cancel_binding(session, binding_id, reason)
