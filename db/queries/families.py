"""Who is connected: a class's families, the staff, one person's card (U2, U3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BindingState, StaffRole
from db.models import (
    AuditEntry,
    Binding,
    BroadcastRecipient,
    CardConfirmation,
    Digest,
    Enrolment,
    Group,
    Guardianship,
    Invitation,
    LetterReceipt,
    OutboxMessage,
    Person,
    StaffAppointment,
    ThreadMessage,
)
from db.queries.access import consented, is_staff
from db.queries.invitations import is_open
from db.queries.periods import in_force, not_ended

SILENCE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Standing:
    """A person and how they stand at the door; `invited_until` is aware."""

    person_id: int
    last_name: str
    first_name: str
    middle_name: str
    active: bool
    blocked: bool
    """Bound, and no account of theirs takes messages."""
    frozen: bool
    pending_binding_id: int | None
    invited_until: datetime | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A pupil or a guardian of the pupil. `relation` is empty for a pupil, and where unknown."""

    pupil_id: int
    group_id: int
    """The pupil's class of the day."""
    person: Standing
    relation: str
    is_staff: bool
    consented: bool
    silent: bool
    """In the bot and sent to in the last 30 days, and in all that time nothing came back: no tap that is
    kept, no answer, no «Ознакомлен(а)», no message. Who only reads leaves no trace and is silent too."""


@dataclass(frozen=True, slots=True)
class StaffRow:
    person: Standing
    roles: list[StaffRole]


def _bound(person_id: Any, state: BindingState) -> Any:
    return exists().where(Binding.person_id == person_id, Binding.state == state)


def _standing(now: datetime) -> tuple[Any, ...]:
    """The fields of Standing, in their order."""
    person_id = Person.id
    active = _bound(person_id, BindingState.ACTIVE)
    reached = active.where(Binding.blocked_at.is_(None))
    pending = select(func.min(Binding.id)).where(
        Binding.person_id == person_id, Binding.state == BindingState.PENDING
    )
    invited = select(func.max(Invitation.expires_at)).where(Invitation.person_id == person_id, is_open(now))
    return (
        person_id,
        Person.last_name,
        Person.first_name,
        Person.middle_name,
        active,
        active & ~reached,
        _bound(person_id, BindingState.FROZEN),
        pending.scalar_subquery(),
        invited.scalar_subquery(),
    )


def _any(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """EXISTS, looked up in an index for each person. Of an EXISTS proper PostgreSQL makes a hash of the whole
    year's rows, as soon as it plans for any parameters."""
    found = select(literal(True)).where(*conditions).limit(1)
    return func.coalesce(found.correlate(Person).scalar_subquery(), literal(False))


def _silent(person_id: Any, now: datetime) -> ColumnElement[bool]:
    """As MemberRow says it."""
    since = now - SILENCE
    sent_to = _any(
        Binding.person_id == person_id,
        Binding.state == BindingState.ACTIVE,
        Binding.blocked_at.is_(None),
        OutboxMessage.binding_id == Binding.id,
        OutboxMessage.sent_at >= since,
    )
    reacted = (
        _any(AuditEntry.person_id == person_id, AuditEntry.at >= since),
        _any(Digest.guardian_id == person_id, Digest.acknowledged_at >= since),
        _any(BroadcastRecipient.person_id == person_id, BroadcastRecipient.replied_at >= since),
        _any(CardConfirmation.guardian_id == person_id, CardConfirmation.confirmed_at >= since),
        _any(LetterReceipt.guardian_id == person_id, LetterReceipt.acknowledged_at >= since),
        _any(ThreadMessage.author_id == person_id, ThreadMessage.sent_at >= since),
    )
    return sent_to & ~or_(*reacted)


async def group_name(session: AsyncSession, group_id: int) -> str:
    return (await session.execute(select(Group.name).where(Group.id == group_id))).scalar_one()


async def groups_with_pupils(session: AsyncSession, school_id: int, day: date) -> list[tuple[int, str]]:
    """(id, name) of the school's classes that have pupils on `day`, lower grades first."""
    has_pupils = exists().where(Enrolment.group_id == Group.id, in_force(Enrolment, day))
    query = select(Group.id, Group.name).where(Group.school_id == school_id, has_pupils)
    rows = await session.execute(query.order_by(Group.grade, Group.name))
    return [(row[0], row[1]) for row in rows]


async def of_group(session: AsyncSession, group_id: int, day: date, now: datetime) -> list[MemberRow]:
    """Every pupil of the class on `day` with the guardians of that day, in the order of the class list."""
    return await _members(session, and_(Enrolment.group_id == group_id, in_force(Enrolment, day)), day, now)


async def of_pupil(session: AsyncSession, pupil_id: int, day: date, now: datetime) -> list[MemberRow]:
    """A pupil enrolled on `day` and the guardians of that day."""
    return await _members(session, and_(Enrolment.pupil_id == pupil_id, in_force(Enrolment, day)), day, now)


async def _members(
    session: AsyncSession, enrolled: ColumnElement[bool], day: date, now: datetime
) -> list[MemberRow]:
    listed = (
        select(
            Enrolment.pupil_id,
            func.min(Enrolment.group_id).label("group_id"),
            func.min(Enrolment.number).label("number"),
            func.min(Person.sort_key).label("sort_key"),
        )
        .join(Person, Person.id == Enrolment.pupil_id)
        .where(enrolled)
        .group_by(Enrolment.pupil_id)
        .cte("listed")
    )
    members = union_all(
        select(
            listed.c.pupil_id,
            listed.c.pupil_id.label("person_id"),
            literal("").label("relation"),
            literal(0).label("place"),
        ),
        select(listed.c.pupil_id, Guardianship.guardian_id, Guardianship.relation, literal(1)).join(
            listed, and_(listed.c.pupil_id == Guardianship.pupil_id, in_force(Guardianship, day))
        ),
    ).cte("members")
    query = (
        select(
            *_standing(now),
            members.c.pupil_id,
            listed.c.group_id,
            members.c.relation,
            is_staff(Person.id, day),
            consented(Person.id, members.c.pupil_id),
            _silent(Person.id, now),
        )
        .join(members, members.c.person_id == Person.id)
        .join(listed, listed.c.pupil_id == members.c.pupil_id)
        .order_by(
            listed.c.number.nulls_last(),
            listed.c.sort_key,
            listed.c.pupil_id,
            members.c.place,
            Person.sort_key,
        )
    )
    found = await session.execute(query)
    return [
        MemberRow(pupil_id, group_id, Standing(*standing), relation, employed, has_consented, silent)
        for *standing, pupil_id, group_id, relation, employed, has_consented, silent in found
    ]


async def staff(
    session: AsyncSession, school_id: int, day: date, now: datetime, *, person_id: int | None = None
) -> list[StaffRow]:
    """Everybody employed on `day` or later, by name; or one of them."""
    roles = (
        select(StaffAppointment.person_id, func.array_agg(StaffAppointment.role.distinct()).label("roles"))
        .where(StaffAppointment.school_id == school_id, not_ended(StaffAppointment, day))
        .group_by(StaffAppointment.person_id)
        .subquery()
    )
    query = (
        select(*_standing(now), roles.c.roles)
        .join(roles, roles.c.person_id == Person.id)
        .order_by(Person.sort_key, Person.id)
    )
    if person_id is not None:
        query = query.where(Person.id == person_id)
    return [
        StaffRow(Standing(*standing), sorted(map(StaffRole, held)))
        for *standing, held in await session.execute(query)
    ]
