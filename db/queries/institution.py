"""The institution itself."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import School, SchoolSetting


async def settings_of(session: AsyncSession, school_id: int) -> tuple[str, dict[str, str]]:
    """The name of the preset and the institution's own values."""
    overrides = (
        select(func.jsonb_object_agg(SchoolSetting.key, SchoolSetting.value))
        .where(SchoolSetting.school_id == School.id)
        .scalar_subquery()
    )
    row = (await session.execute(select(School.preset, overrides).where(School.id == school_id))).one()
    return row[0], row[1] or {}
