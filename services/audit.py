"""The history of changes (J5, U5): who, when, before and after, in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import AuditEntry
from services.actor import Actor


@dataclass(frozen=True, slots=True)
class Author:
    """Who did it, where there is no actor: somebody just getting in, or (None) the command line or a job."""

    school_id: int
    person_id: int | None = None
    binding_id: int | None = None


async def record(
    session: AsyncSession,
    actor: Actor | Author,
    action: str,
    *,
    subject: tuple[str, int],
    at: datetime,
    pupil_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write one line of history. `subject`: what was changed, as a type's name and an id."""
    await session.execute(
        insert(AuditEntry).values(
            school_id=actor.school_id,
            at=at,
            person_id=actor.person_id,
            binding_id=actor.binding_id,
            action=action,
            subject_type=subject[0],
            subject_id=subject[1],
            pupil_id=pupil_id,
            before=before,
            after=after,
        )
    )


async def record_each(
    session: AsyncSession,
    actor: Actor | Author,
    action: str,
    *,
    subject_type: str,
    ids: Iterable[int],
    at: datetime,
) -> None:
    """A line of history for every one of many subjects, in one statement."""
    lines = [
        {
            "school_id": actor.school_id,
            "at": at,
            "person_id": actor.person_id,
            "binding_id": actor.binding_id,
            "action": action,
            "subject_type": subject_type,
            "subject_id": subject_id,
        }
        for subject_id in ids
    ]
    if lines:
        await session.execute(insert(AuditEntry), lines)
