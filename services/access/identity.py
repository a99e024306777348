"""Who is behind a messenger account right now."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Executor
from db.enums import StaffRole
from db.queries import access as queries
from services.actor import Account, Actor


async def actor_of(session: Executor, account: Account, now: datetime) -> Actor | None:
    """The bound person with the roles in force today, in one statement.

    None when the account has no active binding in this school: unknown, still pending, frozen or revoked.
    """
    row = await queries.identity(session, account.school_id, account.channel, account.external_user_id, now)
    return None if row is None else _actor(row)


async def actor_behind(session: AsyncSession, binding_id: int, now: datetime) -> Actor | None:
    """The recipient of a message, as `actor_of` would see them in this moment."""
    row = await queries.identity_of_binding(session, binding_id, now)
    return None if row is None else _actor(row)


def _actor(row: queries.IdentityRow) -> Actor:
    awaiting = set(row.guardian_without_consent_of)
    if row.enrolled and not row.own_consent:
        awaiting.add(row.person_id)
    return Actor(
        person_id=row.person_id,
        school_id=row.school_id,
        binding_id=row.binding_id,
        zone=ZoneInfo(row.timezone),
        staff_roles=frozenset(StaffRole(role) for role in row.staff_roles),
        # Who leads a class and who works here are ended apart; whoever was dismissed leads nothing.
        class_teacher_of=frozenset(row.class_teacher_of if row.staff_roles else ()),
        guardian_of=frozenset(row.guardian_of),
        awaiting_consent_for=frozenset(awaiting),
        is_pupil=row.enrolled and row.own_consent,
    )
