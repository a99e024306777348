"""What messages about access say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BindingState
from db.models import Binding, CompromiseReport, Invitation, InvitationAttempt, Person, School


@dataclass(frozen=True, slots=True)
class MisusedInvitation:
    """An invitation that others seem to be trying."""

    invitation_id: int
    person_id: int
    last_name: str
    first_name: str
    middle_name: str
    failures: int
    closed: bool


@dataclass(frozen=True, slots=True)
class WaitingBinding:
    """An account that waits to be let in, or no longer does (`state`)."""

    binding_id: int
    person_id: int
    last_name: str
    first_name: str
    middle_name: str
    state: BindingState


@dataclass(frozen=True, slots=True)
class ReportedCompromise:
    """A report of a compromise (U5); times are aware, `timezone` is the school's."""

    report_id: int
    person_id: int
    last_name: str
    first_name: str
    middle_name: str
    detected_at: datetime
    reported_at: datetime
    received_at: datetime | None
    timezone: str
    school: str
    voided_at: datetime | None = None
    """When the operations made since detection were reversed."""


_NAME = (Person.last_name, Person.first_name, Person.middle_name)


async def misused_invitation(session: AsyncSession, invitation_id: int) -> MisusedInvitation | None:
    failures = select(func.count()).where(InvitationAttempt.invitation_id == Invitation.id).scalar_subquery()
    query = (
        select(Invitation.id, Person.id, *_NAME, failures, Invitation.revoked_at.is_not(None))
        .join(Person, Person.id == Invitation.person_id)
        .where(Invitation.id == invitation_id)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else MisusedInvitation(*row)


async def waiting_binding(session: AsyncSession, binding_id: int) -> WaitingBinding | None:
    query = (
        select(Binding.id, Person.id, *_NAME, Binding.state)
        .join(Person, Person.id == Binding.person_id)
        .where(Binding.id == binding_id)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else WaitingBinding(*row)


def reports() -> Select[*tuple[Any, ...]]:
    """The fields of ReportedCompromise, in their order."""
    columns: tuple[Any, ...] = (
        CompromiseReport.id,
        Person.id,
        *_NAME,
        CompromiseReport.detected_at,
        CompromiseReport.reported_at,
        CompromiseReport.received_at,
        School.timezone,
        School.name,
        CompromiseReport.voided_at,
    )
    return (
        select(*columns)
        .join(Person, Person.id == CompromiseReport.person_id)
        .join(School, School.id == CompromiseReport.school_id)
    )


async def reported_compromise(
    session: AsyncSession, school_id: int, report_id: int
) -> ReportedCompromise | None:
    query = reports().where(CompromiseReport.id == report_id, CompromiseReport.school_id == school_id)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else ReportedCompromise(*row)
