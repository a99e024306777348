"""Messages about who got in, who is trying to, and whose access was closed (U2, U5).

They name people no further than `personal_data` lets messages that nobody asked for; the rest is shown on
the reader's own request (services/access/notices.py)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import access_notices as queries
from db.queries.access_notices import MisusedInvitation, ReportedCompromise, WaitingBinding
from services.access.identity import actor_behind
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import SchoolSubject, load_person
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Ready, Skip, SkipReason
from services.notifications.wishes import wishes_of
from services.settings import PersonalData

__all__ = [
    "ACCESS_CLOSED",
    "ACCESS_GRANTED",
    "BINDING_PENDING",
    "INVITATION_MISUSED",
    "KINDS",
    "AccessClosed",
    "AccessClosedKind",
    "AccessGranted",
    "BindingPending",
    "InvitationMisused",
    "MisusedInvitation",
    "ReportedCompromise",
    "WaitingBinding",
    "post_access_closed",
    "post_access_granted",
    "post_binding_pending",
    "post_invitation_misused",
]

INVITATION_MISUSED = "invitation_misused"
BINDING_PENDING = "binding_pending"
ACCESS_GRANTED = "access_granted"
ACCESS_CLOSED = "access_closed"


@dataclass(frozen=True, slots=True)
class AccessGranted:
    """The recipient's account was let in."""


@dataclass(frozen=True, slots=True)
class AccessClosed:
    """A report for the director and the administrators; `may_receive`: the reader is to say «Получил(а)»."""

    report: ReportedCompromise
    may_receive: bool
    personal_data: PersonalData


@dataclass(frozen=True, slots=True)
class InvitationMisused:
    """For those who may issue another one."""

    misused: MisusedInvitation
    personal_data: PersonalData


@dataclass(frozen=True, slots=True)
class BindingPending:
    """For those who may confirm it."""

    waiting: WaitingBinding
    personal_data: PersonalData


async def post_invitation_misused(
    session: AsyncSession, school_id: int, to: Iterable[int], invitation_id: int, now: datetime
) -> None:
    """Tell these accounts that somebody keeps failing with an invitation; more failures edit the message."""
    await _post(session, INVITATION_MISUSED, school_id, to, {"invitation_id": invitation_id}, now)


async def post_binding_pending(
    session: AsyncSession, school_id: int, to: Iterable[int], binding_id: int, now: datetime
) -> None:
    """Ask these accounts whether an account may be let in."""
    await _post(session, BINDING_PENDING, school_id, to, {"binding_id": binding_id}, now)


async def post_access_granted(session: AsyncSession, school_id: int, binding_id: int, now: datetime) -> None:
    """Tell an account that it was let in."""
    await _post(session, ACCESS_GRANTED, school_id, [binding_id], {"binding_id": binding_id}, now)


async def post_access_closed(
    session: AsyncSession, school_id: int, to: Iterable[int], report_id: int, now: datetime
) -> None:
    """Tell these accounts of a compromise; once posted, posting again brings it up to date."""
    await _post(session, ACCESS_CLOSED, school_id, to, {"report_id": report_id}, now)


async def _post(
    session: AsyncSession,
    kind: str,
    school_id: int,
    to: Iterable[int],
    payload: dict[str, Any],
    now: datetime,
) -> None:
    (subject_id,) = payload.values()
    messages = [
        NewMessage(
            school_id=school_id,
            binding_id=binding_id,
            kind=kind,
            payload=payload,
            dedup_key=f"{kind}:{subject_id}:{binding_id}",
            priority=Priority.NOTICE,
            not_before=now,
        )
        for binding_id in to
    ]
    await outbox.post(session, messages)


class InvitationMisusedKind:
    name = INVITATION_MISUSED
    repeat_when_unknown = False

    async def prepare(self, session: AsyncSession, message: DueMessage, now: datetime) -> Ready | Skip:
        """An InvitationMisused."""
        misused = await queries.misused_invitation(session, message.payload["invitation_id"])
        if misused is None or not await _recipient_may(
            session, message, Permission.INVITE_PERSON, misused.person_id, now
        ):
            return Skip(SkipReason.NO_ACCESS)
        return Ready(InvitationMisused(misused, await _personal_data(session, message)))


class BindingPendingKind:
    name = BINDING_PENDING
    repeat_when_unknown = True

    async def prepare(self, session: AsyncSession, message: DueMessage, now: datetime) -> Ready | Skip:
        """A BindingPending."""
        waiting = await queries.waiting_binding(session, message.payload["binding_id"])
        if waiting is None or not await _recipient_may(
            session, message, Permission.CONFIRM_BINDING, waiting.person_id, now
        ):
            return Skip(SkipReason.NO_ACCESS)
        return Ready(BindingPending(waiting, await _personal_data(session, message)))


class AccessGrantedKind:
    name = ACCESS_GRANTED
    repeat_when_unknown = True

    async def prepare(self, session: AsyncSession, message: DueMessage, now: datetime) -> Ready | Skip:
        """An AccessGranted."""
        return Ready(AccessGranted())


class AccessClosedKind:
    name = ACCESS_CLOSED
    repeat_when_unknown = True

    async def prepare(self, session: AsyncSession, message: DueMessage, now: datetime) -> Ready | Skip:
        """An AccessClosed, for the director and the administrators of this day."""
        reader = await actor_behind(session, message.binding_id, now)
        report_id = message.payload["report_id"]
        report = await queries.reported_compromise(session, message.school_id, report_id)
        school = SchoolSubject(message.school_id)
        if reader is None or report is None or not may(reader, Permission.SEE_COMPROMISES, school):
            return Skip(SkipReason.NO_ACCESS)
        may_receive = may(reader, Permission.RECEIVE_COMPROMISE, school)
        return Ready(AccessClosed(report, may_receive, await _personal_data(session, message)))


KINDS = (InvitationMisusedKind(), BindingPendingKind(), AccessGrantedKind(), AccessClosedKind())


async def _personal_data(session: AsyncSession, message: DueMessage) -> PersonalData:
    return (await wishes_of(session, message)).settings.personal_data


async def _recipient_may(
    session: AsyncSession, message: DueMessage, permission: Permission, person_id: int, now: datetime
) -> bool:
    reader = await actor_behind(session, message.binding_id, now)
    if reader is None:
        return False
    subject = await load_person(session, reader, person_id, reader.day_of(now))
    return subject is not None and may(reader, permission, subject)
