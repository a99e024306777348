"""How often somebody did something lately."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import AuditEntry


async def done_since(
    session: AsyncSession, person_id: int, action: str, since: datetime, at_most: int
) -> int:
    """Lines of the history about an action; `at_most` of them are counted."""
    lines = (
        select(AuditEntry.id)
        .where(AuditEntry.person_id == person_id, AuditEntry.action == action, AuditEntry.at > since)
        .limit(at_most)
        .subquery()
    )
    return (await session.execute(select(func.count()).select_from(lines))).scalar_one()
