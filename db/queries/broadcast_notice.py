"""What a message of a broadcast says, and whether it may still be said, in the moment of sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    DateTime,
    Select,
    SelectBase,
    Text,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import AudienceKind, BindingState, Sex, StaffRole
from db.models import (
    Binding,
    Broadcast,
    BroadcastFile,
    BroadcastRecipient,
    BroadcastTarget,
    ClassTeacher,
    Enrolment,
    Group,
    Person,
    School,
    StaffAppointment,
    StoredFile,
)
from db.queries.broadcasts import COLUMNS, Composed, composed
from db.queries.files import COLUMNS as FILE_COLUMNS
from db.queries.files import StoredFileRow
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


@dataclass(frozen=True, slots=True)
class SentRow:
    """All that the message of a recipient is made of."""

    broadcast: BroadcastRow
    rows: tuple[NoticeRow, ...]
    """At least one."""
    files: tuple[StoredFileRow, ...]
    """In their order."""


_NOW = bindparam("now", type_=DateTime(timezone=True))
_TODAY = cast(func.timezone(School.timezone, _NOW), Date)
_AUTHOR = aliased(Person, name="author")


def _array(query: SelectBase, item: type[Any]) -> Any:
    return func.array(query.scalar_subquery(), type_=ARRAY(item))


def _broadcast_columns() -> tuple[Any, ...]:
    """What `_broadcast` reads, beside Broadcast, its School and its _AUTHOR."""
    roles = select(StaffAppointment.role).where(
        StaffAppointment.person_id == Broadcast.author_id, in_force(StaffAppointment, _TODAY)
    )
    led = select(ClassTeacher.group_id).where(
        ClassTeacher.person_id == Broadcast.author_id, in_force(ClassTeacher, _TODAY)
    )
    accounts = exists().where(Binding.person_id == Broadcast.author_id)
    return (
        School.timezone,
        _array(roles, Text),
        _array(led, BigInteger),
        accounts.where(Binding.state == BindingState.FROZEN)
        & ~accounts.where(Binding.state == BindingState.ACTIVE),
        *colleague_columns(_AUTHOR),
        *COLUMNS,
    )


def _broadcast(values: Sequence[Any]) -> BroadcastRow:
    zone, author_roles, leads, locked = values[:4]
    return BroadcastRow(
        composed=composed(values[8:]),
        zone=zone,
        author=Colleague(*values[4:8]),
        author_roles=frozenset(StaffRole(role) for role in author_roles),
        # As services.access.identity has it: whoever was dismissed leads nothing.
        author_leads=frozenset(leads if author_roles else ()),
        author_locked=locked,
    )


_BROADCAST_COLUMNS = _broadcast_columns()
_BROADCAST = (
    select(*_BROADCAST_COLUMNS)
    .select_from(Broadcast)
    .join(School, School.id == Broadcast.school_id)
    .join(_AUTHOR, _AUTHOR.id == Broadcast.author_id)
    .where(Broadcast.id == bindparam("broadcast_id"))
)


def _sent() -> Select[*tuple[Any, ...]]:
    """The pupils that the message of a recipient is about: the recipient's, and, where one message is for
    all of a person's pupils, the person's other ones; with each the broadcast."""
    this = aliased(BroadcastRecipient)
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
        .where(Enrolment.pupil_id == BroadcastRecipient.pupil_id, in_force(Enrolment, _TODAY))
        .correlate(BroadcastRecipient, Broadcast, School)
        .lateral("place")
    )
    chosen = or_(
        Broadcast.audience == AudienceKind.SCHOOL,
        Broadcast.audience == AudienceKind.FAMILIES,
        place.c.of_target,
    )
    files = (
        select(
            func.jsonb_agg(
                aggregate_order_by(
                    func.jsonb_build_array(*FILE_COLUMNS), BroadcastFile.position, StoredFile.id
                )
            )
        )
        .select_from(StoredFile)
        .join(BroadcastFile, BroadcastFile.file_id == StoredFile.id)
        .where(BroadcastFile.broadcast_id == Broadcast.id)
        .correlate(Broadcast)
        .scalar_subquery()
    )
    return (
        select(
            BroadcastRecipient.id,
            BroadcastRecipient.person_id,
            BroadcastRecipient.pupil_id,
            Person.last_name,
            Person.first_name,
            Person.sex,
            BroadcastRecipient.option,
            BroadcastRecipient.replied_at,
            place.c.group_ids,
            place.c.name,
            func.coalesce(chosen & place.c.group_ids.is_not(None), False),
            files,
            *_BROADCAST_COLUMNS,
        )
        .select_from(this)
        .join(Broadcast, Broadcast.id == this.broadcast_id)
        .join(School, School.id == Broadcast.school_id)
        .join(_AUTHOR, _AUTHOR.id == Broadcast.author_id)
        .join(
            BroadcastRecipient,
            (BroadcastRecipient.broadcast_id == this.broadcast_id)
            & (BroadcastRecipient.person_id == this.person_id)
            & or_(BroadcastRecipient.id == this.id, Broadcast.per_pupil.is_(False)),
        )
        .join(Person, Person.id == BroadcastRecipient.pupil_id)
        .join(place, true())
        .where(this.id == bindparam("recipient_id"))
        .order_by(BroadcastRecipient.id)
    )


_SENT = _sent()


async def broadcast(session: AsyncSession, broadcast_id: int, now: datetime) -> BroadcastRow | None:
    row = (await session.execute(_BROADCAST, {"broadcast_id": broadcast_id, "now": now})).one_or_none()
    return None if row is None else _broadcast(row)


async def sent(session: AsyncSession, recipient_id: int, now: datetime) -> SentRow | None:
    """What a recipient was sent, in one statement that is made once: a broadcast to thousands asks for it as
    often as messages may leave. None: there is no such recipient."""
    rows = (await session.execute(_SENT, {"recipient_id": recipient_id, "now": now})).all()
    if not rows:
        return None
    return SentRow(
        broadcast=_broadcast(rows[0][12:]),
        rows=tuple(NoticeRow(*[*row[:8], frozenset(row[8] or ()), *row[9:11]]) for row in rows),
        files=tuple(StoredFileRow(*file) for file in rows[0][11] or ()),
    )
