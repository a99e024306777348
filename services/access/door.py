"""Outcomes at the door that are errors, and the counting of failures (U4)."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import StaffRole
from db.models import InvitationAttempt, Person
from db.queries import access as access_queries
from db.queries import invitations as queries
from services.actor import Account
from services.errors import DomainError
from services.notifications import access_notices

ATTEMPTS = 5
WINDOW = timedelta(minutes=15)
TELL_AFTER = 3
CLOSE_AFTER = 10
"""Failures ever, after which an invitation is closed: four digits must not be found by patience."""

log = structlog.get_logger()


class EntryRefused(DomainError):
    """A wrong, used, expired, revoked or somebody else's code, or wrong digits: always the same answer."""


class TooManyAttempts(DomainError):
    """`minutes`: how long to wait."""


class AlreadyConnected(DomainError):
    """This account belongs to a card already. `same`: to the very card the code is for."""


async def too_many_attempts(
    session: AsyncSession, account: Account, invitation_id: int | None, now: datetime
) -> TooManyAttempts | None:
    """Whether this account, or everybody with this invitation, has to wait."""
    since = now - WINDOW
    failures = await queries.failures_of_account(
        session, account.school_id, account.channel, account.external_user_id, since
    )
    if invitation_id is not None:
        recent, _ = await queries.failures_of_invitation(session, invitation_id, since)
        failures = max(failures, recent)
    if failures < ATTEMPTS:
        return None
    log.warning("door.closed", school=account.school_id)
    return TooManyAttempts(minutes=WINDOW // timedelta(minutes=1))


async def failed(
    session: AsyncSession, account: Account, person: Person | None, invitation_id: int | None, now: datetime
) -> EntryRefused:
    """Count a failure; after a few with one invitation, tell those who can judge it."""
    if account.school_id is None:
        return EntryRefused()  # without a school there is no invitation to be guessed
    session.add(
        InvitationAttempt(
            school_id=account.school_id,
            channel=account.channel,
            external_user_id=account.external_user_id,
            invitation_id=invitation_id,
            at=now,
        )
    )
    await session.flush()
    if person is not None and invitation_id is not None:
        _, ever = await queries.failures_of_invitation(session, invitation_id, now - WINDOW)
        if ever >= CLOSE_AFTER:
            await queries.revoke_open(session, [person.id], now)
        if ever >= TELL_AFTER:
            to = await keepers_of(session, person, now, roles=(StaffRole.ADMINISTRATOR,))
            await access_notices.post_invitation_misused(session, person.school_id, to, invitation_id, now)
    return EntryRefused()


async def keepers_of(
    session: AsyncSession, person: Person, now: datetime, *, roles: tuple[StaffRole, ...]
) -> list[int]:
    """Active accounts of those who decide about a person's access: the class teachers of a family, else,
    and for staff, the holders of `roles`."""
    today = await access_queries.local_date(session, person.school_id, now)
    standing = await access_queries.person_standing(session, person.school_id, person.id, today)
    if standing is not None and not standing.is_staff:
        class_teachers = await queries.class_teacher_bindings(session, person.id, today)
        if class_teachers:
            return class_teachers
    return await queries.staff_bindings(session, person.school_id, roles, today)
