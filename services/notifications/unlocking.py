"""Messages about what is locked (J5): a teacher asks, deputies answer, whoever keeps the lesson is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import StaffRole
from db.queries import final_marks_due, invitations, unlock_requests
from db.queries import unlocking as queries
from db.queries.unlock_requests import REQUEST_KIND, RequestRow
from db.queries.unlocking import Target, UnlockRow
from services.access.courses import access_course
from services.access.identity import actor_behind
from services.access.lessons import access_lesson
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.errors import Forbidden, NotFound
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of

__all__ = [
    "KINDS",
    "REQUEST_KIND",
    "UNLOCKED_KIND",
    "UNLOCK_REFUSED_KIND",
    "RefusedUnlock",
    "UnlockRequest",
    "Unlocked",
]

UNLOCKED_KIND = "unlocked"
UNLOCK_REFUSED_KIND = "unlock_refused"
TIME_TO_LIVE = timedelta(days=7)
"""A request that is older is not worth answering; it may be asked again."""
DEPUTIES = (StaffRole.DEPUTY, StaffRole.DIRECTOR)


@dataclass(frozen=True, slots=True)
class Unlocked:
    """For whoever keeps the lesson; `open`: it still is."""

    unlock: UnlockRow
    open: bool
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class UnlockRequest:
    """For the deputies."""

    request: RequestRow
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class RefusedUnlock:
    """For the teacher who has asked."""

    request: RequestRow


async def keepers(session: AsyncSession, actor: Actor, target: Target, now: datetime) -> frozenset[int]:
    """Who writes in it: the lesson's teacher and substitute, or the course's teachers of today."""
    if target.lesson_id is not None:
        lesson = await access_lesson(session, actor, target.lesson_id, Permission.SEE_LESSON)
        return frozenset(filter(None, (lesson.teacher_id, lesson.substitute_id)))
    assert target.course_id is not None
    course = await access_course(session, actor, target.course_id, Permission.SEE_JOURNAL, actor.day_of(now))
    return course.teacher_ids


async def tell_keepers(session: AsyncSession, actor: Actor, unlock: UnlockRow, now: datetime) -> None:
    """«Открыто до…», or that it no longer is. The actor is not told."""
    people = await keepers(session, actor, unlock.place.target, now) - {actor.person_id}
    to = await final_marks_due.accounts_of(session, people)
    payload = {"unlock_id": unlock.unlock_id}
    # Also when its term is over the message is to say so.
    ends = max(unlock.until, now) + TIME_TO_LIVE
    await _post(session, actor.school_id, UNLOCKED_KIND, payload, to, now, expires_at=ends)


async def ask_deputies(session: AsyncSession, actor: Actor, request_id: int, now: datetime) -> None:
    """One message for every account of the deputies and the director."""
    to = await invitations.staff_bindings(session, actor.school_id, DEPUTIES, actor.day_of(now))
    await _post(session, actor.school_id, REQUEST_KIND, {"request_id": request_id}, to, now)


async def refresh_requests(session: AsyncSession, actor: Actor, target: Target, now: datetime) -> None:
    """Bring the messages of whoever asked for this up to date."""
    asked = await unlock_requests.requests_of(session, target, now - TIME_TO_LIVE, now)
    for request_id, binding_id in await unlock_requests.told_of(session, [one.request_id for one in asked]):
        await _post(session, actor.school_id, REQUEST_KIND, {"request_id": request_id}, [binding_id], now)


async def tell_refused(session: AsyncSession, request: RequestRow, school_id: int, now: datetime) -> None:
    to = await final_marks_due.accounts_of(session, [request.person_id])
    await _post(session, school_id, UNLOCK_REFUSED_KIND, {"request_id": request.request_id}, to, now)


async def _post(
    session: AsyncSession,
    school_id: int,
    kind: str,
    payload: dict[str, Any],
    to: Iterable[int],
    now: datetime,
    *,
    expires_at: datetime | None = None,
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
            expires_at=expires_at or now + TIME_TO_LIVE,
        )
        for binding_id in to
    ]
    await outbox.post(session, messages)


class UnlockedKind:
    name = UNLOCKED_KIND
    repeat_when_unknown = True

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """An Unlocked for who may write in it; it is edited when the term is over."""
        reader = await actor_behind(session, message.binding_id, now)
        unlock = await queries.unlock(session, message.school_id, message.payload["unlock_id"])
        if reader is None or unlock is None or not await _keeps(session, reader, unlock.place.target, now):
            return Skip(SkipReason.NO_ACCESS)
        is_open = unlock.ended_at is None and now < unlock.until
        if not is_open and message.external_ref is None:
            return Skip(SkipReason.CORRECTED)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        return Ready(Unlocked(unlock, is_open, reader.zone), again_at=unlock.until if is_open else None)


class UnlockRequestKind:
    name = REQUEST_KIND
    repeat_when_unknown = True

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """An UnlockRequest for the deputies and the director of this day."""
        reader = await actor_behind(session, message.binding_id, now)
        request = await unlock_requests.request(
            session, message.school_id, message.payload["request_id"], now
        )
        school = SchoolSubject(message.school_id)
        if reader is None or request is None or not may(reader, Permission.UNLOCK_JOURNAL, school):
            return Skip(SkipReason.NO_ACCESS)
        if message.external_ref is None and (request.answer or request.open_until):
            return Skip(SkipReason.CORRECTED)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        return Ready(UnlockRequest(request, reader.zone))


class UnlockRefusedKind:
    name = UNLOCK_REFUSED_KIND
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A RefusedUnlock for who has asked, while they keep the lesson."""
        reader = await actor_behind(session, message.binding_id, now)
        request = await unlock_requests.request(
            session, message.school_id, message.payload["request_id"], now
        )
        if reader is None or request is None or not await _keeps(session, reader, request.place.target, now):
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        return Ready(RefusedUnlock(request))


KINDS = (UnlockedKind(), UnlockRequestKind(), UnlockRefusedKind())


async def _keeps(session: AsyncSession, reader: Actor, target: Target, now: datetime) -> bool:
    try:
        if target.lesson_id is not None:
            await access_lesson(session, reader, target.lesson_id, Permission.KEEP_JOURNAL)
        else:
            assert target.course_id is not None
            today = reader.day_of(now)
            await access_course(session, reader, target.course_id, Permission.GIVE_FINAL_MARKS, today)
    except (NotFound, Forbidden):
        return False
    return True
