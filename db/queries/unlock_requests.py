"""Who asks for what is locked to be opened, and what was answered (J5).

A request is a line of history, answered by a later one that names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, and_, case, cast, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.models import AuditEntry, OutboxMessage, Unlock
from db.queries.history import PersonName
from db.queries.unlocking import UNLOCKED, Place, Target, as_place, by_somebody

REQUESTED, REFUSED = "journal.unlock_requested", "journal.unlock_refused"
REQUEST_KIND = "unlock_request"
"""The messages of a request carry its id (`services.notifications.unlocking`)."""


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A teacher asks to open something; moments are aware."""

    request_id: int
    place: Place
    person_id: int
    asked_by: PersonName
    at: datetime
    reason: str
    answer: str | None
    """UNLOCKED or REFUSED; None: nobody has answered."""
    open_until: datetime | None
    """It is open now, whether because of this request or not."""


async def ask(
    session: AsyncSession,
    target: Target,
    *,
    school_id: int,
    actor_id: int,
    binding_id: int,
    reason: str,
    now: datetime,
) -> int:
    """Write the request into the history; its id."""
    subject_type, subject_id = target.subject
    asked = insert(AuditEntry).values(
        school_id=school_id,
        at=now,
        person_id=actor_id,
        binding_id=binding_id,
        action=REQUESTED,
        subject_type=subject_type,
        subject_id=subject_id,
        after={"reason": reason, "term_id": target.term_id},
    )
    return (await session.execute(asked.returning(AuditEntry.id))).scalar_one()


def _requests(now: datetime, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    later = aliased(AuditEntry)
    answer = (
        select(later.action)
        .where(
            later.subject_type == AuditEntry.subject_type,
            later.subject_id == AuditEntry.subject_id,
            later.action.in_((UNLOCKED, REFUSED)),
            cast(later.after["request_id"].astext, BigInteger) == AuditEntry.id,
        )
        .order_by(later.id)
        .limit(1)
        .correlate(AuditEntry)
        .scalar_subquery()
    )
    of_lesson = AuditEntry.subject_type == "lesson"
    lesson_id = case((of_lesson, AuditEntry.subject_id))
    course_id = case((~of_lesson, AuditEntry.subject_id))
    term_id = cast(AuditEntry.after["term_id"].astext, BigInteger)
    open_until = (
        select(func.max(Unlock.until))
        .where(
            or_(
                Unlock.lesson_id == lesson_id,
                and_(Unlock.course_id == course_id, Unlock.term_id.is_not_distinct_from(term_id)),
            ),
            Unlock.ended_at.is_(None),
            Unlock.until > now,
        )
        .correlate(AuditEntry)
        .scalar_subquery()
    )
    things = (
        select(
            AuditEntry.id,
            lesson_id.label("lesson_id"),
            course_id.label("course_id"),
            term_id.label("term_id"),
            AuditEntry.person_id,
            AuditEntry.at,
            AuditEntry.after["reason"].astext.label("reason"),
            answer.label("answer"),
            open_until.label("open_until"),
        )
        .where(AuditEntry.action == REQUESTED, *conditions)
        .subquery("things")
    )
    return by_somebody(things)


def _request(row: Row[Any]) -> RequestRow:
    return RequestRow(
        request_id=row.id,
        place=as_place(row),
        person_id=row.person_id,
        asked_by=PersonName(row.last_name, row.first_name, row.middle_name),
        at=row.at,
        reason=row.reason,
        answer=row.answer,
        open_until=row.open_until,
    )


async def request(session: AsyncSession, school_id: int, request_id: int, now: datetime) -> RequestRow | None:
    rows = await session.execute(
        _requests(now, AuditEntry.school_id == school_id, AuditEntry.id == request_id)
    )
    row = rows.one_or_none()
    return None if row is None else _request(row)


async def hold_request(session: AsyncSession, request_id: int) -> None:
    """Whoever answers it now does so alone until the transaction ends."""
    await session.execute(select(AuditEntry.id).where(AuditEntry.id == request_id).with_for_update())


async def requests_of(
    session: AsyncSession, target: Target, since: datetime, now: datetime
) -> list[RequestRow]:
    """Who has asked to open it since a moment, the oldest first."""
    subject_type, subject_id = target.subject
    rows = await session.execute(
        _requests(
            now,
            AuditEntry.subject_type == subject_type,
            AuditEntry.subject_id == subject_id,
            AuditEntry.at >= since,
        )
    )
    return [found for row in rows if (found := _request(row)).place.target == target]


async def told_of(session: AsyncSession, request_ids: list[int]) -> list[tuple[int, int]]:
    """(request, binding) of the messages about these requests."""
    request_id = cast(OutboxMessage.payload["request_id"].astext, BigInteger)
    rows = await session.execute(
        select(request_id, OutboxMessage.binding_id).where(
            OutboxMessage.kind == REQUEST_KIND, request_id.in_(request_ids)
        )
    )
    return [(row[0], row[1]) for row in rows]
