"""What a lesson's cells hold before a message about the whole class (J4)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import MarkValue
from db.models import Mark, Work


async def standing_marks(session: AsyncSession, lesson_id: int) -> dict[tuple[int, int], MarkValue]:
    """The marks of a lesson by work and pupil."""
    rows = await session.execute(
        select(Mark.work_id, Mark.pupil_id, Mark.value)
        .join(Work, Work.id == Mark.work_id)
        .where(Work.lesson_id == lesson_id, Mark.value.is_not(None))
    )
    return {(row.work_id, row.pupil_id): row.value for row in rows}
