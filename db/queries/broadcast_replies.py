"""Answers to a broadcast, the messages that change with them, and reminders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    Select,
    SmallInteger,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import OutboxState
from db.models import Binding, Broadcast, BroadcastRecipient, OutboxMessage, School
from db.queries.access import consented
from db.queries.broadcast_release import accounts, message_keys
from db.queries.broadcast_results import silent_people
from db.queries.outbox import POSTED, posting, telling

PROGRESS = "broadcast_progress"
REMINDER = "broadcast_reminder"


async def answer(session: AsyncSession, recipient_id: int, option: int | None, now: datetime) -> bool:
    """Set the answer; None: «Ознакомлен(а)». Returns whether that changed anything."""
    changed = await session.execute(
        update(BroadcastRecipient)
        .where(
            BroadcastRecipient.id == recipient_id,
            or_(BroadcastRecipient.replied_at.is_(None), BroadcastRecipient.option.is_distinct_from(option)),
        )
        .values(option=option, replied_at=now)
        .returning(BroadcastRecipient.id)
    )
    return changed.one_or_none() is not None


async def ids_of(session: AsyncSession, recipient_id: int) -> tuple[int, int]:
    """(broadcast_id, pupil_id) of a recipient that is there."""
    row = await session.execute(
        select(BroadcastRecipient.broadcast_id, BroadcastRecipient.pupil_id).where(
            BroadcastRecipient.id == recipient_id
        )
    )
    broadcast_id, pupil_id = row.one()
    return broadcast_id, pupil_id


async def family_has_answered(session: AsyncSession, recipient_id: int) -> bool:
    """Whether this recipient, or a guardian of the pupil, has."""
    this = aliased(BroadcastRecipient)
    found = await session.scalar(
        select(func.count(BroadcastRecipient.replied_at))
        .join(
            this,
            (this.broadcast_id == BroadcastRecipient.broadcast_id)
            & (this.pupil_id == BroadcastRecipient.pupil_id),
        )
        .where(
            this.id == recipient_id,
            or_(
                BroadcastRecipient.id == recipient_id,
                BroadcastRecipient.person_id != BroadcastRecipient.pupil_id,
            ),
        )
    )
    return bool(found)


async def bring_up_to_date(
    session: AsyncSession,
    broadcast_id: int,
    recipient_id: int,
    *,
    shown_by: tuple[int, int] | None,
    now: datetime,
    progress_at: datetime,
    expires_at: datetime,
) -> None:
    """After an answer: edit the recipient's message, the reminders in the family's chats and, at
    `progress_at`, the author's numbers. `shown_by`: (binding_id, external_ref) of a message that shows it
    already."""
    this = aliased(BroadcastRecipient)
    of_family = (
        select(BroadcastRecipient.id)
        .join(
            this,
            (this.broadcast_id == BroadcastRecipient.broadcast_id)
            & (this.pupil_id == BroadcastRecipient.pupil_id),
        )
        .where(this.id == recipient_id)
    )
    accounts_of_family = (
        select(Binding.id)
        .join(BroadcastRecipient, BroadcastRecipient.person_id == Binding.person_id)
        .where(BroadcastRecipient.id.in_(of_family))
    )
    keyed = message_keys(broadcast_id).subquery("keyed")
    own = select(keyed.c.dedup_key).where(keyed.c.recipient_id == recipient_id)
    reminder = and_(
        OutboxMessage.kind == REMINDER,
        OutboxMessage.binding_id.in_(accounts_of_family),
        OutboxMessage.payload["recipient_id"].as_integer().in_(of_family),
    )
    is_progress = OutboxMessage.dedup_key == progress_key(broadcast_id)
    stands = or_(
        OutboxMessage.external_ref.is_not(None),
        OutboxMessage.state.in_((OutboxState.QUEUED, OutboxState.CLAIMED)),
    )
    told = or_(OutboxMessage.dedup_key.in_(own), reminder)
    if shown_by is not None:
        binding_id, external_ref = shown_by
        told &= or_(
            OutboxMessage.external_ref.is_distinct_from(external_ref), OutboxMessage.binding_id != binding_id
        )
    moment = DateTime(timezone=True)
    values = {
        **{name: getattr(OutboxMessage, name) for name in POSTED},
        "not_before": case((is_progress, literal(progress_at, moment)), else_=literal(now, moment)),
        "expires_at": case((is_progress, OutboxMessage.expires_at), else_=literal(expires_at, moment)),
    }
    messages: Select[*tuple[Any, ...]] = (
        select(*(values[name].label(name) for name in POSTED))
        .where(or_(told, is_progress), stands)
        .order_by(OutboxMessage.dedup_key)
    )
    await session.execute(telling(posting(messages)))


def progress_key(broadcast_id: int) -> str:
    return f"{PROGRESS}:{broadcast_id}"


async def refresh(session: AsyncSession, broadcast_id: int, at: datetime) -> None:
    """Show the author's numbers, and the reminders of families, anew then, where they stand in a chat."""
    accounts_of_told = (
        select(Binding.id)
        .join(BroadcastRecipient, BroadcastRecipient.person_id == Binding.person_id)
        .where(BroadcastRecipient.broadcast_id == broadcast_id, BroadcastRecipient.reminded_at.is_not(None))
    )
    reminder = and_(
        OutboxMessage.kind == REMINDER,
        OutboxMessage.binding_id.in_(accounts_of_told),
        OutboxMessage.payload["broadcast_id"].as_integer() == broadcast_id,
    )
    values = {
        **{name: getattr(OutboxMessage, name) for name in POSTED},
        "not_before": literal(at, DateTime(timezone=True)),
        "expires_at": literal(None, DateTime(timezone=True)),
    }
    messages: Select[*tuple[Any, ...]] = (
        select(*(values[name].label(name) for name in POSTED))
        .where(
            or_(OutboxMessage.dedup_key == progress_key(broadcast_id), reminder),
            OutboxMessage.external_ref.is_not(None),
        )
        .order_by(OutboxMessage.dedup_key)
    )
    await session.execute(telling(posting(messages)))


async def due_reminders(session: AsyncSession, now: datetime) -> list[tuple[int, int, str]]:
    """(broadcast_id, school_id, time zone) of those whose silent are to be reminded by now; they are the
    caller's until the transaction ends."""
    rows = await session.execute(
        select(Broadcast.id, Broadcast.school_id, School.timezone)
        .join(School, School.id == Broadcast.school_id)
        .where(Broadcast.remind_at <= now, Broadcast.leaves_at <= now)
        .order_by(Broadcast.id)
        .with_for_update(of=Broadcast, skip_locked=True)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def remind(
    session: AsyncSession,
    broadcast_id: int,
    *,
    today: date,
    priority: int,
    now: datetime,
    expires_at: datetime,
) -> int:
    """A new message to each of the silent who can be written to. Returns how many; `remind_at` is over."""
    silent = silent_people(broadcast_id, today).subquery("silent")
    account = accounts().subquery("account")
    reminded = await session.execute(
        update(BroadcastRecipient)
        .where(
            BroadcastRecipient.id == silent.c.recipient_id,
            account.c.person_id == silent.c.person_id,
            consented(silent.c.person_id, silent.c.pupil_id),
        )
        .values(reminded_at=now)
        .returning(BroadcastRecipient.id)
    )
    # By the moment: each time they are reminded it is a new message, which rings.
    key = func.concat(f"{REMINDER}:{broadcast_id}:", BroadcastRecipient.id, f":{int(now.timestamp())}")
    values = {
        "school_id": Broadcast.school_id,
        "binding_id": account.c.binding_id,
        "pupil_id": BroadcastRecipient.pupil_id,
        "kind": literal(REMINDER),
        "payload": func.jsonb_build_object(
            "broadcast_id", Broadcast.id, "recipient_id", BroadcastRecipient.id
        ),
        "priority": literal(priority, SmallInteger),
        "dedup_key": key,
        "not_before": literal(now, DateTime(timezone=True)),
        "expires_at": literal(expires_at, DateTime(timezone=True)),
    }
    messages: Select[*tuple[Any, ...]] = (
        select(*(values[name].label(name) for name in POSTED))
        .select_from(BroadcastRecipient)
        .join(Broadcast, Broadcast.id == BroadcastRecipient.broadcast_id)
        .join(account, account.c.person_id == BroadcastRecipient.person_id)
        .where(Broadcast.id == broadcast_id, BroadcastRecipient.reminded_at == now)
        .order_by(key)
    )
    await session.execute(telling(posting(messages)))
    await session.execute(
        update(Broadcast).where(Broadcast.id == broadcast_id).values(remind_at=None, reminded_at=now)
    )
    return len(reminded.all())


async def set_remind_at(session: AsyncSession, broadcast_id: int, moment: datetime | None) -> None:
    await session.execute(update(Broadcast).where(Broadcast.id == broadcast_id).values(remind_at=moment))
