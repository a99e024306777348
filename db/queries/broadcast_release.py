"""Who a broadcast is for, and its messages in the outbox: each a statement, however many people there are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Select,
    SmallInteger,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AudienceKind, BindingState, OutboxState
from db.models import (
    Binding,
    Broadcast,
    BroadcastRecipient,
    BroadcastTarget,
    Enrolment,
    Guardianship,
    OutboxMessage,
)
from db.queries.access import consented
from db.queries.outbox import POSTED, posting, telling
from db.queries.periods import in_force

KIND = "broadcast"


def audience(kind: AudienceKind, school_id: int, broadcast_id: int, today: date) -> Select[int]:
    """Ids of the pupils whom a broadcast is about; `today` is the school's."""
    enrolled = (
        select(Enrolment.pupil_id)
        .distinct()
        .where(Enrolment.school_id == school_id, in_force(Enrolment, today))
    )
    targets = BroadcastTarget.broadcast_id == broadcast_id
    match kind:
        case AudienceKind.SCHOOL:
            return enrolled
        case AudienceKind.GROUPS:
            return enrolled.where(Enrolment.group_id.in_(select(BroadcastTarget.group_id).where(targets)))
        case AudienceKind.FAMILIES:
            return enrolled.where(Enrolment.pupil_id.in_(select(BroadcastTarget.pupil_id).where(targets)))


async def count_pupils(
    session: AsyncSession, kind: AudienceKind, school_id: int, broadcast_id: int, today: date
) -> int:
    pupils = audience(kind, school_id, broadcast_id, today).subquery("pupils")
    return (await session.execute(select(func.count()).select_from(pupils))).scalar_one()


def people_of(pupils: Select[int], *, pupils_too: bool, today: date) -> Select[int | None, int]:
    """(person_id, pupil_id): the guardians of `pupils` today and, if wanted, they themselves; a pupil of whom
    nobody would be told is there once, without a person."""
    chosen = pupils.subquery("chosen")
    is_guardian = and_(Guardianship.pupil_id == chosen.c.pupil_id, in_force(Guardianship, today))
    guardians = (
        select(Guardianship.guardian_id.label("person_id"), chosen.c.pupil_id)
        .select_from(chosen)
        .join(Guardianship, is_guardian, isouter=not pupils_too)
    )
    if not pupils_too:
        return guardians.distinct()
    people = union(guardians, select(chosen.c.pupil_id, chosen.c.pupil_id)).subquery("people")
    return select(people.c.person_id, people.c.pupil_id)


def accounts() -> Select[int, int]:
    """(person_id, binding_id): where a person is written to, the latest account that is not blocked."""
    return (
        select(Binding.person_id, Binding.id.label("binding_id"))
        .ext(distinct_on(Binding.person_id))
        .where(Binding.state == BindingState.ACTIVE)
        .order_by(
            Binding.person_id, Binding.blocked_at.is_not(None), Binding.bound_at.desc(), Binding.id.desc()
        )
    )


async def fix_recipients(
    session: AsyncSession,
    broadcast_id: int,
    kind: AudienceKind,
    school_id: int,
    *,
    pupils_too: bool,
    today: date,
) -> int:
    """Write down everybody who is to be told, reachable or not, and the pupils of whom nobody is. Returns how
    many rows there are now."""
    people = people_of(audience(kind, school_id, broadcast_id, today), pupils_too=pupils_too, today=today)
    told = people.subquery("told")
    written = await session.execute(
        insert(BroadcastRecipient)
        .from_select(
            ["broadcast_id", "person_id", "pupil_id"],
            select(literal(broadcast_id, BigInteger), told.c.person_id, told.c.pupil_id).order_by(
                told.c.pupil_id, told.c.person_id
            ),
        )
        .on_conflict_do_nothing()
        .returning(BroadcastRecipient.id)
    )
    return len(written.all())


def message_keys(*broadcast_ids: int) -> Select[*tuple[Any, ...]]:
    """(broadcast_id, recipient_id, person_id, pupil_id, carrier_id, dedup_key) of every recipient. The
    message of a person with several pupils is one, keyed by the first of their rows (`carrier_id`), unless
    each pupil has a message of their own (`Broadcast.per_pupil`)."""
    one_person = (BroadcastRecipient.broadcast_id, BroadcastRecipient.person_id)
    nobody = BroadcastRecipient.person_id.is_(None)
    first = func.min(BroadcastRecipient.id).over(partition_by=one_person)
    rows = (
        select(
            BroadcastRecipient.broadcast_id,
            BroadcastRecipient.id.label("recipient_id"),
            BroadcastRecipient.person_id,
            BroadcastRecipient.pupil_id,
            case((Broadcast.per_pupil | nobody, BroadcastRecipient.id), else_=first).label("carrier_id"),
        )
        .join(Broadcast, Broadcast.id == BroadcastRecipient.broadcast_id)
        .where(Broadcast.id.in_(broadcast_ids))
        .subquery("rows")
    )
    return select(
        *rows.c, func.concat(KIND, ":", rows.c.broadcast_id, ":", rows.c.carrier_id).label("dedup_key")
    )


async def post(
    session: AsyncSession,
    broadcast_id: int,
    *,
    priority: int,
    not_before: datetime,
    expires_at: datetime | None,
) -> None:
    """Queue the messages of a broadcast that is released: to those who have an account and a consent (U3)."""
    keyed = message_keys(broadcast_id).subquery("keyed")
    account = accounts().subquery("account")
    values = {
        "school_id": Broadcast.school_id,
        "binding_id": account.c.binding_id,
        "pupil_id": case((Broadcast.per_pupil, keyed.c.pupil_id)),
        "kind": literal(KIND),
        "payload": func.jsonb_build_object(
            "broadcast_id", literal(broadcast_id, BigInteger), "recipient_id", keyed.c.carrier_id
        ),
        "priority": literal(priority, SmallInteger),
        "dedup_key": keyed.c.dedup_key,
        "not_before": literal(not_before, DateTime(timezone=True)),
        "expires_at": literal(expires_at, DateTime(timezone=True)),
    }
    messages: Select[*tuple[Any, ...]] = (
        select(*(values[name].label(name) for name in POSTED))
        .ext(distinct_on(keyed.c.dedup_key))
        .select_from(keyed)
        .join(Broadcast, Broadcast.id == broadcast_id)
        .join(account, account.c.person_id == keyed.c.person_id)
        .where(consented(keyed.c.person_id, keyed.c.pupil_id))
        .order_by(keyed.c.dedup_key)
    )
    await session.execute(telling(posting(messages)))


async def post_again(
    session: AsyncSession, broadcast_id: int, *, now: datetime, expires_at: datetime
) -> None:
    """Bring what stands in chats, or is just on its way there, to what is true now; nobody is told anew.
    What waits says it anyway when it leaves."""
    on_its_way = or_(OutboxMessage.external_ref.is_not(None), OutboxMessage.state == OutboxState.CLAIMED)
    values = {
        **{name: getattr(OutboxMessage, name) for name in POSTED},
        "not_before": literal(now, DateTime(timezone=True)),
        "expires_at": literal(expires_at, DateTime(timezone=True)),
    }
    messages: Select[*tuple[Any, ...]] = (
        select(*(values[name].label(name) for name in POSTED))
        .where(OutboxMessage.dedup_key.in_(_keys(broadcast_id)), on_its_way)
        .order_by(OutboxMessage.dedup_key)
    )
    await session.execute(telling(posting(messages)))


async def send_now(session: AsyncSession, broadcast_id: int, now: datetime) -> None:
    """What waits for the broadcast's moment waits no longer."""
    moved = (
        update(OutboxMessage)
        .where(OutboxMessage.dedup_key.in_(_keys(broadcast_id)), OutboxMessage.state == OutboxState.QUEUED)
        .values(not_before=now)
        .returning(OutboxMessage.school_id)
        .cte("moved")
    )
    await session.execute(telling(moved))


async def cancel(session: AsyncSession, broadcast_id: int, reason: str) -> None:
    """What waits will not leave."""
    await session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.dedup_key.in_(_keys(broadcast_id)),
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.external_ref.is_(None),
        )
        .values(state=OutboxState.SKIPPED, reason=reason)
    )


def _keys(broadcast_id: int) -> Select[str]:
    # Every row's own key: of those that carry no message there is none.
    return select(
        func.concat(KIND, ":", literal(broadcast_id, BigInteger), ":", BroadcastRecipient.id)
    ).where(BroadcastRecipient.broadcast_id == broadcast_id)
