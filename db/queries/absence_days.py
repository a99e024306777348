"""What was said about a pupil's absence on a day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Answer
from db.models import AbsenceDay


async def state(
    session: AsyncSession,
    *,
    school_id: int,
    pupil_id: int,
    day: date,
    answer: Answer,
    person_id: int,
    now: datetime,
) -> None:
    """A guardian's answer; it replaces an earlier one."""
    said = {"answer": answer, "answered_by": person_id, "answered_at": now}
    await session.execute(
        insert(AbsenceDay)
        .values(school_id=school_id, pupil_id=pupil_id, date=day, **said)
        .on_conflict_do_update(index_elements=["pupil_id", "date"], set_=said)
    )
