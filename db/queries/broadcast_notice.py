"""What a message of a broadcast says, and whether it may still be said, in the moment of sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    SelectBase,
    Text,
    cast,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import AudienceKind, BindingState, Sex, StaffRole
from db.models import (
    Binding,
    Broadcast,
    BroadcastRecipient,
    BroadcastTarget,
    ClassTeacher,
    Enrolment,
    Group,
    Person,
    School,
    StaffAppointment,
)
from db.queries.broadcasts import COLUMNS, Composed, composed
from db.queries.names import Colleague, colleague_columns
from db.queries.periods import in_force


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A pupil about whom a person is told. Of one message there are several, when it is one for several."""

    recipient_id: int
    person_id: int
    pupil_id: int
    last_name: str
    first_name: str
    sex: Sex | None
    option: int | None
    replied_at: datetime | None
    group_ids: frozenset[int]
    """Of today."""
    group: str | None
    chosen: bool
    """Still one of those whom the broadcast is for."""


@dataclass(frozen=True, slots=True)
class BroadcastRow:
    """A broadcast with its author as the author stands today."""

    composed: Composed
    zone: str
    author: Colleague
    author_roles: frozenset[StaffRole]
    author_leads: frozenset[int]
    """Group ids."""
    author_locked: bool
    """Every account of the author is frozen (U5)."""


async def broadcast(session: AsyncSession, broadcast_id: int, now: datetime) -> BroadcastRow | None:
    today = cast(func.timezone(School.timezone, now), Date)
    roles = select(StaffAppointment.role).where(
        StaffAppointment.person_id == Broadcast.author_id, in_force(StaffAppointment, today)
    )
    led = select(ClassTeacher.group_id).where(
        ClassTeacher.person_id == Broadcast.author_id, in_force(ClassTeacher, today)
    )
    accounts = exists().where(Binding.person_id == Broadcast.author_id)
    row = (
        await session.execute(
            select(
                School.timezone,
                _array(roles, Text),
                _array(led, BigInteger),
                accounts.where(Binding.state == BindingState.FROZEN)
                & ~accounts.where(Binding.state == BindingState.ACTIVE),
                *colleague_columns(Person),
                *COLUMNS,
            )
            .select_from(Broadcast)
            .join(School, School.id == Broadcast.school_id)
            .join(Person, Person.id == Broadcast.author_id)
            .where(Broadcast.id == broadcast_id)
        )
    ).one_or_none()
    if row is None:
        return None
    zone, author_roles, leads, locked = row[:4]
    return BroadcastRow(
        composed=composed(row[8:]),
        zone=zone,
        author=Colleague(*row[4:8]),
        author_roles=frozenset(StaffRole(role) for role in author_roles),
        # As services.access.identity has it: whoever was dismissed leads nothing.
        author_leads=frozenset(leads if author_roles else ()),
        author_locked=locked,
    )


async def of_recipient(session: AsyncSession, recipient_id: int, now: datetime) -> BroadcastRow | None:
    """The broadcast that somebody was sent."""
    broadcast_id = await session.scalar(
        select(BroadcastRecipient.broadcast_id).where(BroadcastRecipient.id == recipient_id)
    )
    return None if broadcast_id is None else await broadcast(session, broadcast_id, now)


async def rows_of(session: AsyncSession, recipient_id: int, now: datetime) -> list[NoticeRow]:
    """The pupils that the message of this recipient is about: the recipient's, and, where one message is for
    all of a person's pupils, the person's other ones."""
    this = aliased(BroadcastRecipient)
    today = cast(func.timezone(School.timezone, now), Date)
    place = (
        select(
            func.array_agg(Enrolment.group_id).label("group_ids"),
            func.min(Group.name).label("name"),
            func.bool_or(BroadcastTarget.id.is_not(None)).label("of_target"),
        )
        .join(Group, Group.id == Enrolment.group_id)
        .outerjoin(
            BroadcastTarget,
            (BroadcastTarget.broadcast_id == Broadcast.id) & (BroadcastTarget.group_id == Enrolment.group_id),
        )
        .where(Enrolment.pupil_id == BroadcastRecipient.pupil_id, in_force(Enrolment, today))
        .correlate(BroadcastRecipient, Broadcast, School)
        .lateral("place")
    )
    chosen = or_(
        Broadcast.audience == AudienceKind.SCHOOL,
        Broadcast.audience == AudienceKind.FAMILIES,
        place.c.of_target,
    )
    rows = await session.execute(
        select(
            BroadcastRecipient.id.label("recipient_id"),
            BroadcastRecipient.person_id,
            BroadcastRecipient.pupil_id,
            Person.last_name,
            Person.first_name,
            Person.sex,
            BroadcastRecipient.option,
            BroadcastRecipient.replied_at,
            place.c.group_ids,
            place.c.name.label("group"),
            func.coalesce(chosen & place.c.group_ids.is_not(None), False).label("chosen"),
        )
        .select_from(this)
        .join(Broadcast, Broadcast.id == this.broadcast_id)
        .join(School, School.id == Broadcast.school_id)
        .join(
            BroadcastRecipient,
            (BroadcastRecipient.broadcast_id == this.broadcast_id)
            & (BroadcastRecipient.person_id == this.person_id)
            & or_(BroadcastRecipient.id == this.id, Broadcast.per_pupil.is_(False)),
        )
        .join(Person, Person.id == BroadcastRecipient.pupil_id)
        .join(place, true())
        .where(this.id == recipient_id)
        .order_by(BroadcastRecipient.id)
    )
    return [NoticeRow(**{**row, "group_ids": frozenset(row["group_ids"] or ())}) for row in rows.mappings()]


def _array(query: SelectBase, item: type[Any]) -> Any:
    return func.array(query.scalar_subquery(), type_=ARRAY(item))
