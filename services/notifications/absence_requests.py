"""Messages about an absence that a guardian announces: the class teacher is asked, the family is answered.

Both live: each says what is true of the announcement now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import RequestState
from db.queries import absence_requests as queries
from db.queries import alerts, invitations
from db.queries.absence_requests import RequestRow
from services.access.identity import actor_behind
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import load_pupil
from services.actor import Actor
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of
from services.settings import PersonalData

__all__ = ["ANSWER_KIND", "KINDS", "REQUEST_KIND", "AnnouncedAbsence", "RequestRow"]

REQUEST_KIND, ANSWER_KIND = "absence_request", "absence_answer"
TIME_TO_LIVE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class AnnouncedAbsence:
    """An announcement as its reader sees it; `today` is the school's."""

    request: RequestRow
    personal_data: PersonalData
    today: date


async def ask_class_teachers(
    session: AsyncSession, actor: Actor, request_id: int, pupil_id: int, *, now: datetime
) -> None:
    """One message for every account of the pupil's class teachers."""
    to = await invitations.class_teacher_bindings(session, pupil_id, actor.day_of(now))
    await _post(session, actor.school_id, REQUEST_KIND, request_id, pupil_id, to, now)


async def answer_family(session: AsyncSession, school_id: int, request: RequestRow, *, now: datetime) -> None:
    """Tell every guardian what the class teacher says; what stands in a chat is edited."""
    recipients = await alerts.recipients(session, [request.pupil_id], now)
    to = [recipient.binding_id for recipient in recipients]
    await _post(session, school_id, ANSWER_KIND, request.request_id, request.pupil_id, to, now)


async def refresh(
    session: AsyncSession, school_id: int, planned_ids: Collection[int], *, now: datetime
) -> None:
    """Bring the messages about what these planned absences come from up to date; nobody new is told."""
    for message in await queries.standing(session, (REQUEST_KIND, ANSWER_KIND), planned_ids):
        await _post(
            session, school_id, message.kind, message.request_id, message.pupil_id, [message.binding_id], now
        )


async def _post(
    session: AsyncSession,
    school_id: int,
    kind: str,
    request_id: int,
    pupil_id: int,
    to: Iterable[int],
    now: datetime,
) -> None:
    messages = [
        NewMessage(
            school_id=school_id,
            binding_id=binding_id,
            pupil_id=pupil_id,
            kind=kind,
            payload={"request_id": request_id},
            dedup_key=f"{kind}:{request_id}:{binding_id}",
            priority=Priority.NOTICE,
            not_before=now,
            expires_at=now + TIME_TO_LIVE,
        )
        for binding_id in to
    ]
    await outbox.post(session, messages)


class AbsenceRequestKind:
    """The question to the class teacher."""

    name = REQUEST_KIND
    repeat_when_unknown = True

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """An AnnouncedAbsence, while somebody has still to answer or the question stands in the chat."""
        return await _prepare(session, message, now, Permission.PLAN_ABSENCE)


class AbsenceAnswerKind:
    """The answer to the family."""

    name = ANSWER_KIND
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """An AnnouncedAbsence, once it is answered."""
        return await _prepare(session, message, now, Permission.REQUEST_ABSENCE)


KINDS = (AbsenceRequestKind(), AbsenceAnswerKind())


async def _prepare(
    session: AsyncSession, message: DueMessage, now: datetime, permission: Permission
) -> Ready | Later | Skip:
    assert message.pupil_id is not None
    reader = await actor_behind(session, message.binding_id, now)
    if reader is None:
        return Skip(SkipReason.NO_ACCESS)
    today = reader.day_of(now)
    subject = await load_pupil(session, reader, message.pupil_id, today)
    request = await queries.request(session, message.school_id, message.payload["request_id"])
    if subject is None or request is None or not may(reader, permission, subject):
        return Skip(SkipReason.NO_ACCESS)
    if message.external_ref is None and not _is_news(request, message.kind):
        return Skip(SkipReason.CORRECTED)
    wishes = await wishes_of(session, reader)
    if (kept := held_back(wishes, message, reader, now)) is not None:
        return kept
    return Ready(AnnouncedAbsence(request, wishes.settings.personal_data, today))


def _is_news(request: RequestRow, kind: str) -> bool:
    """A question that is answered is none; before it is answered there is no answer."""
    if kind == REQUEST_KIND:
        return request.open
    return request.state not in (RequestState.SENT, RequestState.WITHDRAWN)
