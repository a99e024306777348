"""Invitations, attempts to use them, and the accounts they bind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BindingState, Channel, StaffRole
from db.models import (
    Binding,
    ClassTeacher,
    Enrolment,
    Guardianship,
    Invitation,
    InvitationAttempt,
    Person,
    StaffAppointment,
)
from db.queries.periods import in_force

LIVE = (BindingState.PENDING, BindingState.ACTIVE, BindingState.FROZEN)


async def lock_account(session: AsyncSession, channel: Channel, external_user_id: int) -> None:
    """Attempts of one account happen one after the other. Taken before `lock_person`, never after."""
    key = func.hashtextextended(f"account:{channel}:{external_user_id}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(key)))


async def lock_person(session: AsyncSession, person_id: int) -> Person:
    """A person's card, held until the transaction ends: everything about one person's access happens one
    after the other, whichever account, invitation or colleague starts it."""
    query = select(Person).where(Person.id == person_id)
    return (await session.execute(query.with_for_update(key_share=True))).scalar_one()


async def lock_people(session: AsyncSession, person_ids: Collection[int]) -> Sequence[Person]:
    """As `lock_person` for many, in the order of ids so that two callers cannot block each other."""
    query = select(Person).where(Person.id.in_(person_ids)).order_by(Person.id)
    return (await session.execute(query.with_for_update(key_share=True))).scalars().all()


def is_open(now: datetime) -> ColumnElement[bool]:
    """The invitation can still be used."""
    return Invitation.used_at.is_(None) & Invitation.revoked_at.is_(None) & (Invitation.expires_at > now)


async def person_of_code(session: AsyncSession, school_id: int | None, code: str) -> tuple[int, int] | None:
    """(invitation id, person id), whether the invitation can still be used or not."""
    query = select(Invitation.id, Invitation.person_id).where(
        Invitation.school_id == school_id, Invitation.code == code
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])


async def person_of_invitation(
    session: AsyncSession, school_id: int | None, invitation_id: int
) -> int | None:
    query = select(Invitation.person_id).where(
        Invitation.school_id == school_id, Invitation.id == invitation_id
    )
    return (await session.execute(query)).scalar_one_or_none()


async def open_one(session: AsyncSession, invitation_id: int, now: datetime) -> Invitation | None:
    query = select(Invitation).where(Invitation.id == invitation_id, is_open(now))
    return (await session.execute(query)).scalar_one_or_none()


async def open_of_person(session: AsyncSession, person_id: int, now: datetime) -> Invitation | None:
    """The newest one, if there are several."""
    query = select(Invitation).where(Invitation.person_id == person_id, is_open(now))
    return (await session.execute(query.order_by(Invitation.id.desc()).limit(1))).scalar_one_or_none()


async def open_of_people(
    session: AsyncSession, person_ids: Collection[int], now: datetime
) -> dict[int, Invitation]:
    """By person; the newest one, if there are several."""
    query = select(Invitation).where(Invitation.person_id.in_(person_ids), is_open(now))
    invitations = (await session.execute(query.order_by(Invitation.id))).scalars()
    return {invitation.person_id: invitation for invitation in invitations}


async def revoke_open(session: AsyncSession, person_ids: Collection[int], now: datetime) -> list[int]:
    """Close every open invitation of these people; returns their ids."""
    query = (
        update(Invitation)
        .where(Invitation.person_id.in_(person_ids), is_open(now))
        .values(revoked_at=now)
        .returning(Invitation.id)
    )
    return list((await session.execute(query)).scalars())


async def failures_of_account(
    session: AsyncSession, school_id: int | None, channel: Channel, external_user_id: int, since: datetime
) -> int:
    query = select(func.count()).where(
        InvitationAttempt.school_id == school_id,
        InvitationAttempt.channel == channel,
        InvitationAttempt.external_user_id == external_user_id,
        InvitationAttempt.at > since,
    )
    return (await session.execute(query)).scalar_one()


async def failures_of_invitation(
    session: AsyncSession, invitation_id: int, since: datetime
) -> tuple[int, int]:
    """Failures since a moment, and ever."""
    query = select(
        func.count().filter(InvitationAttempt.at > since),
        func.count(),
    ).where(InvitationAttempt.invitation_id == invitation_id)
    recent, ever = (await session.execute(query)).one()
    return recent, ever


async def live_binding(
    session: AsyncSession, school_id: int | None, channel: Channel, external_user_id: int
) -> Binding | None:
    """The one binding of an account in a school that is pending, active or frozen."""
    query = select(Binding).where(
        Binding.school_id == school_id,
        Binding.channel == channel,
        Binding.external_user_id == external_user_id,
        Binding.state.in_(LIVE),
    )
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def bindings_of(
    session: AsyncSession, person_id: int, states: Sequence[BindingState]
) -> Sequence[Binding]:
    query = select(Binding).where(Binding.person_id == person_id, Binding.state.in_(states))
    return (await session.execute(query.order_by(Binding.id).with_for_update())).scalars().all()


async def person_of_binding(session: AsyncSession, binding_id: int) -> int | None:
    query = select(Binding.person_id).where(Binding.id == binding_id)
    return (await session.execute(query)).scalar_one_or_none()


async def staff_bindings(
    session: AsyncSession, school_id: int, roles: Collection[StaffRole], day: date
) -> list[int]:
    """Active accounts of the people who hold one of these staff roles on `day`."""
    query = (
        select(Binding.id)
        .join(StaffAppointment, StaffAppointment.person_id == Binding.person_id)
        .where(
            Binding.school_id == school_id,
            Binding.state == BindingState.ACTIVE,
            StaffAppointment.role.in_(roles),
            in_force(StaffAppointment, day),
        )
        .distinct()
        .order_by(Binding.id)
    )
    return list((await session.execute(query)).scalars())


async def class_teacher_bindings(session: AsyncSession, person_id: int, day: date) -> list[int]:
    """Active accounts of the class teachers of a pupil, or of a guardian's children."""
    children = select(Guardianship.pupil_id).where(
        Guardianship.guardian_id == person_id, in_force(Guardianship, day)
    )
    groups = select(Enrolment.group_id).where(
        or_(Enrolment.pupil_id == person_id, Enrolment.pupil_id.in_(children)), in_force(Enrolment, day)
    )
    query = (
        select(Binding.id)
        .join(ClassTeacher, ClassTeacher.person_id == Binding.person_id)
        .where(
            Binding.state == BindingState.ACTIVE,
            ClassTeacher.group_id.in_(groups),
            in_force(ClassTeacher, day),
        )
        .distinct()
        .order_by(Binding.id)
    )
    return list((await session.execute(query)).scalars())
