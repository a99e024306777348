"""What the sender asks of the outbox. Outcomes are recorded by claim token: a lost claim records nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Row,
    SmallInteger,
    all_,
    and_,
    case,
    column,
    func,
    literal,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.selectable import TableValuedAlias

from db.enums import BindingState, Channel, OutboxState
from db.models import Binding, NoticePreferences, OutboxMessage

NO_ANSWER = "no_answer"
"""The reason of a message of which nobody will ever know."""


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    id: int
    school_id: int
    binding_id: int
    pupil_id: int | None
    kind: str
    payload: dict[str, Any]
    expires_at: datetime | None
    attempts: int
    unanswered: int
    external_ref: int | None
    person_id: int
    channel: Channel
    chat_id: int
    binding_state: BindingState
    blocked_at: datetime | None
    language: str | None
    """That the recipient has chosen."""


def _outside(busy_chats: Collection[int]) -> ColumnElement[bool]:
    return Binding.chat_id != all_(literal(list(busy_chats), ARRAY(BigInteger)))


def _each(priorities: Sequence[int]) -> TableValuedAlias:
    numbers = func.unnest(literal(list(priorities), ARRAY(SmallInteger)))
    return numbers.table_valued(column("priority", SmallInteger)).render_derived(name="wanted")


async def claim(
    session: AsyncSession,
    school_id: int,
    *,
    now: datetime,
    lease_until: datetime,
    token: UUID,
    priorities: Sequence[int],
    busy_chats: Collection[int],
) -> ClaimedMessage | None:
    """The due message of a school that goes next, outside the busy chats; it is claimed until `lease_until`.

    One look into the index for each priority: a hundred thousand digests in the queue cost an alert nothing.
    """
    wanted = _each(priorities)
    first = (
        select(OutboxMessage.id, OutboxMessage.priority)
        .join(Binding, Binding.id == OutboxMessage.binding_id)
        .where(
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.school_id == school_id,
            OutboxMessage.priority == wanted.c.priority,
            OutboxMessage.not_before <= now,
            _outside(busy_chats),
        )
        .order_by(OutboxMessage.not_before, OutboxMessage.id)
        .limit(1)
        .with_for_update(of=OutboxMessage, skip_locked=True)
        .lateral("first")
    )
    language = (
        select(NoticePreferences.language)
        .where(NoticePreferences.person_id == Binding.person_id)
        .correlate(Binding)
        .scalar_subquery()
    )
    chosen = select(first.c.id).join_from(wanted, first, true()).order_by(first.c.priority).limit(1)
    row = (
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == chosen.scalar_subquery(), Binding.id == OutboxMessage.binding_id)
            .values(
                state=OutboxState.CLAIMED,
                sent_revision=OutboxMessage.revision,
                claim_token=token,
                lease_until=lease_until,
            )
            .returning(
                OutboxMessage.id,
                OutboxMessage.school_id,
                OutboxMessage.binding_id,
                OutboxMessage.pupil_id,
                OutboxMessage.kind,
                OutboxMessage.payload,
                OutboxMessage.expires_at,
                OutboxMessage.attempts,
                OutboxMessage.unanswered,
                OutboxMessage.external_ref,
                Binding.person_id,
                Binding.channel,
                Binding.chat_id,
                Binding.state.label("binding_state"),
                Binding.blocked_at,
                language.label("language"),
            )
        )
    ).one_or_none()
    return None if row is None else ClaimedMessage(**row._mapping)


async def next_event(
    session: AsyncSession,
    school_id: int,
    *,
    priorities: Sequence[int],
    busy_chats: Collection[int],
    own: Collection[UUID],
) -> datetime | None:
    """When the next message outside the busy chats is due, or a claim that is not one's `own` runs out."""
    wanted = _each(priorities)
    first = (
        select(OutboxMessage.not_before)
        .join(Binding, Binding.id == OutboxMessage.binding_id)
        .where(
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.school_id == school_id,
            OutboxMessage.priority == wanted.c.priority,
            _outside(busy_chats),
        )
        .order_by(OutboxMessage.not_before)
        .limit(1)
        .lateral("first")
    )
    due = select(func.min(first.c.not_before)).join_from(wanted, first, true()).scalar_subquery()
    leases = (
        select(func.min(OutboxMessage.lease_until))
        .where(
            OutboxMessage.state == OutboxState.CLAIMED,
            OutboxMessage.school_id == school_id,
            OutboxMessage.claim_token.not_in(own),
        )
        .scalar_subquery()
    )
    earliest: datetime | None = (await session.execute(select(func.least(due, leases)))).scalar_one()
    return earliest


_newer = OutboxMessage.revision > OutboxMessage.sent_revision
"""Somebody posted again while the message was on its way."""
_released: dict[str, Any] = {"claim_token": null(), "lease_until": null()}


_unheard_of = or_(OutboxMessage.external_ref.is_(None), OutboxMessage.state == OutboxState.UNKNOWN)
"""After a request without an answer: it may stand in the chat, and nobody knows where; or it was given up."""


def _mine(message_id: int, token: UUID) -> ColumnElement[bool]:
    return and_(OutboxMessage.id == message_id, OutboxMessage.claim_token == token)


async def record_delivered(
    session: AsyncSession,
    message_id: int,
    token: UUID,
    *,
    external_ref: int,
    now: datetime,
    again_at: datetime | None,
) -> bool:
    """It stands in the chat; queued again when somebody posted meanwhile, or for `again_at`.

    False: the claim was lost.
    """
    again = literal(again_at, DateTime(timezone=True))
    recorded = await session.scalar(
        update(OutboxMessage)
        .where(_mine(message_id, token))
        .values(
            **_released,
            state=case(
                (_newer, OutboxState.QUEUED.value),
                else_=OutboxState.QUEUED.value if again_at else OutboxState.SENT.value,
            ),
            not_before=case(
                (_newer, func.least(OutboxMessage.not_before, again)),
                else_=func.coalesce(again, OutboxMessage.not_before),
            ),
            external_ref=external_ref,
            sent_at=func.coalesce(OutboxMessage.sent_at, now),
            attempts=0,
        )
        .returning(OutboxMessage.id)
    )
    return recorded is not None


async def record_rest(
    session: AsyncSession, message_id: int, token: UUID, *, state: OutboxState, reason: str | None
) -> OutboxState | None:
    """It will not be sent, unless somebody posted again meanwhile.

    Returns its state; None: the claim was lost.
    """
    return await session.scalar(
        update(OutboxMessage)
        .where(_mine(message_id, token))
        .values(
            **_released,
            state=case((_newer, OutboxState.QUEUED.value), else_=state.value),
            reason=case((_newer, null()), else_=reason),
        )
        .returning(OutboxMessage.state)
    )


def _after_no_answer(repeating_kinds: Collection[str], max_attempts: int) -> dict[str, Any]:
    edit = OutboxMessage.external_ref.is_not(None)
    again = or_(
        edit & (OutboxMessage.attempts < max_attempts),
        ~edit & OutboxMessage.kind.in_(repeating_kinds) & (OutboxMessage.unanswered == 0),
        _newer,
    )
    return {
        **_released,
        "state": case((again, OutboxState.QUEUED.value), else_=OutboxState.UNKNOWN.value),
        "reason": case((again, null()), else_=NO_ANSWER),
        "unanswered": OutboxMessage.unanswered + case((edit, 0), else_=1),
        "attempts": OutboxMessage.attempts + 1,
    }


async def record_unknown(
    session: AsyncSession,
    message_id: int,
    token: UUID,
    *,
    repeating_kinds: Collection[str],
    max_attempts: int,
) -> bool:
    """No answer came. Edits and, once, messages that may be repeated are queued again; others rest.

    Returns whether it counts as unknown: not when the claim was lost, nor while an edit is made again.
    """
    unknown = await session.scalar(
        update(OutboxMessage)
        .where(_mine(message_id, token))
        .values(_after_no_answer(repeating_kinds, max_attempts))
        .returning(_unheard_of)
    )
    return bool(unknown)


async def recover(
    session: AsyncSession,
    school_id: int,
    *,
    now: datetime,
    lease: timedelta,
    own: Collection[UUID],
    repeating_kinds: Collection[str],
    max_attempts: int,
) -> Sequence[Row[str, bool]]:
    """Treat claims that ran out, and are not one's `own`, as sent without an answer. Returns their kinds, and
    whether they count as unknown.

    What is claimed for longer than two of the usual `lease` was so while a clock was ahead.
    """
    recovered = await session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.state == OutboxState.CLAIMED,
            OutboxMessage.school_id == school_id,
            or_(OutboxMessage.lease_until <= now, OutboxMessage.lease_until > now + 2 * lease),
            OutboxMessage.claim_token.not_in(own),
        )
        .values(_after_no_answer(repeating_kinds, max_attempts))
        .returning(OutboxMessage.kind, _unheard_of)
    )
    return recovered.all()


async def requeue(session: AsyncSession, message_id: int, token: UUID, *, attempts: int) -> None:
    """It was certainly not sent and still has to be."""
    await session.execute(
        update(OutboxMessage)
        .where(_mine(message_id, token))
        .values(**_released, state=OutboxState.QUEUED, attempts=attempts)
    )


async def wait_until(session: AsyncSession, message_id: int, token: UUID, moment: datetime) -> None:
    """It has nothing to say before `moment`."""
    await session.execute(
        update(OutboxMessage)
        .where(_mine(message_id, token))
        .values(**_released, state=OutboxState.QUEUED, not_before=moment)
    )


async def put_off_chat(session: AsyncSession, binding_id: int, until: datetime) -> None:
    """Move all that waits for an account, so that its order stays."""
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.binding_id == binding_id, OutboxMessage.state == OutboxState.QUEUED)
        .values(not_before=func.greatest(OutboxMessage.not_before, until))
    )


async def put_off_unprepared(
    session: AsyncSession, message_id: int, *, until: datetime, reason: str, max_attempts: int
) -> OutboxState | None:
    """A queued message could not be prepared: later, and after `max_attempts` never. Returns its state; None:
    somebody else has it, or it is done with."""
    spent = OutboxMessage.attempts + 1 >= max_attempts
    return await session.scalar(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.state == OutboxState.QUEUED)
        .values(
            state=case((spent, OutboxState.FAILED.value), else_=OutboxState.QUEUED.value),
            reason=case((spent, reason), else_=OutboxMessage.reason),
            attempts=OutboxMessage.attempts + 1,
            not_before=until,
        )
        .returning(OutboxMessage.state)
    )


async def block_binding(session: AsyncSession, binding_id: int, now: datetime) -> bool:
    """The person blocked the bot: nothing that waits can be sent. Returns whether that is news."""
    await session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.binding_id == binding_id, OutboxMessage.state == OutboxState.QUEUED)
        .values(state=OutboxState.BLOCKED)
    )
    news = await session.execute(
        update(Binding)
        .where(Binding.id == binding_id, Binding.blocked_at.is_(None))
        .values(blocked_at=now)
        .returning(Binding.id)
    )
    return news.one_or_none() is not None
