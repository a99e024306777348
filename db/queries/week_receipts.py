"""What became of weekly digests: the message's content, «Ознакомлен(а)», and who of a class has read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import OutboxState
from db.models import Digest, Enrolment, Guardianship, OutboxMessage, Person, WeekSummary
from db.queries.periods import in_force
from db.queries.queues import MessageCount
from db.queries.week_digests import KIND, digest_key


@dataclass(frozen=True, slots=True)
class DigestRow:
    """A guardian's digest of a pupil's week."""

    content: dict[str, Any] | None
    """Of the summary; None: the week was empty when it was decided."""
    skipped: str | None
    acknowledged_at: datetime | None


async def digest(session: AsyncSession, pupil_id: int, monday: date, guardian_id: int) -> DigestRow | None:
    """None: nothing is decided about it yet."""
    rows = await session.execute(
        select(WeekSummary.content, Digest.skipped, Digest.acknowledged_at)
        .select_from(Digest)
        .outerjoin(
            WeekSummary, and_(WeekSummary.pupil_id == Digest.pupil_id, WeekSummary.monday == Digest.monday)
        )
        .where(Digest.pupil_id == pupil_id, Digest.monday == monday, Digest.guardian_id == guardian_id)
    )
    row = rows.one_or_none()
    return None if row is None else DigestRow(*row)


async def acknowledge(
    session: AsyncSession, pupil_id: int, monday: date, guardian_id: int, now: datetime
) -> bool:
    """Write down that the guardian has read it; the first time stays. False: there is no such digest."""
    found = await session.scalars(
        update(Digest)
        .where(Digest.pupil_id == pupil_id, Digest.monday == monday, Digest.guardian_id == guardian_id)
        .values(acknowledged_at=func.coalesce(Digest.acknowledged_at, now))
        .returning(Digest.pupil_id)
    )
    return found.one_or_none() is not None


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """A guardian of a pupil with what became of the digest."""

    pupil_id: int
    last_name: str
    first_name: str
    guardian_id: int
    relation: str
    phone: str | None
    decided: bool
    skipped: str | None
    state: OutboxState | None
    """Of the message; None: none was queued."""
    reason: str | None
    acknowledged_at: datetime | None


async def readers(session: AsyncSession, group_id: int, monday: date, today: date) -> list[ReaderRow]:
    """Every guardian of today of the class, by the pupils' names."""
    guardian = aliased(Person)
    statement: Select[*tuple[Any, ...]] = (
        select(
            Person.id,
            Person.last_name,
            Person.first_name,
            Guardianship.guardian_id,
            Guardianship.relation,
            guardian.phone,
            Digest.decided_at.is_not(None),
            Digest.skipped,
            OutboxMessage.state,
            OutboxMessage.reason,
            Digest.acknowledged_at,
        )
        .select_from(Guardianship)
        .join(Person, Person.id == Guardianship.pupil_id)
        .join(guardian, guardian.id == Guardianship.guardian_id)
        .outerjoin(
            Digest,
            and_(
                Digest.pupil_id == Guardianship.pupil_id,
                Digest.guardian_id == Guardianship.guardian_id,
                Digest.monday == monday,
            ),
        )
        .outerjoin(
            OutboxMessage,
            OutboxMessage.dedup_key == digest_key(Digest.pupil_id, Digest.monday, Digest.guardian_id),
        )
        .where(
            Guardianship.pupil_id.in_(
                select(Enrolment.pupil_id).where(Enrolment.group_id == group_id, in_force(Enrolment, today))
            ),
            in_force(Guardianship, today),
        )
        .order_by(Person.sort_key, Person.id, guardian.sort_key, guardian.id)
    )
    return [ReaderRow(*row) for row in await session.execute(statement)]


async def latest_monday(session: AsyncSession, group_id: int, today: date) -> date | None:
    """The last week of which digests of the class were decided."""
    pupils = select(Enrolment.pupil_id).where(Enrolment.group_id == group_id, in_force(Enrolment, today))
    return await session.scalar(select(func.max(Digest.monday)).where(Digest.pupil_id.in_(pupils)))


async def skipped(session: AsyncSession, school_id: int | None = None) -> Sequence[MessageCount]:
    """Digests that were never queued, by the reason, as skipped messages; of a school, or of all."""
    rows = await session.execute(
        select(Digest.skipped, func.count())
        .where(Digest.skipped.is_not(None), true() if school_id is None else Digest.school_id == school_id)
        .group_by(Digest.skipped)
        .order_by(Digest.skipped)
    )
    return [MessageCount(KIND, OutboxState.SKIPPED, reason, number) for reason, number in rows]
