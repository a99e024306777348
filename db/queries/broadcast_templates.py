"""Canned texts of broadcasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import BroadcastTemplate


@dataclass(frozen=True, slots=True)
class TemplateRow:
    template_id: int
    title: str
    text: str
    is_own: bool
    """Not the school's."""


async def kept(session: AsyncSession, school_id: int, owner_id: int) -> list[TemplateRow]:
    """The owner's and then the school's, the newest first."""
    is_own = BroadcastTemplate.owner_id.is_not(None)
    rows = await session.execute(
        select(BroadcastTemplate.id, BroadcastTemplate.title, BroadcastTemplate.text, is_own)
        .where(
            BroadcastTemplate.school_id == school_id,
            or_(BroadcastTemplate.owner_id == owner_id, BroadcastTemplate.owner_id.is_(None)),
            BroadcastTemplate.removed_at.is_(None),
        )
        .order_by(is_own.desc(), BroadcastTemplate.id.desc())
    )
    return [TemplateRow(*row) for row in rows]


async def count(session: AsyncSession, school_id: int, owner_id: int | None) -> int:
    """How many a person has; None: the school."""
    query = select(func.count()).where(
        BroadcastTemplate.school_id == school_id,
        BroadcastTemplate.owner_id.is_not_distinct_from(owner_id),
        BroadcastTemplate.removed_at.is_(None),
    )
    return (await session.execute(query)).scalar_one()


async def keep(session: AsyncSession, school_id: int, owner_id: int | None, title: str, text: str) -> int:
    row = await session.execute(
        insert(BroadcastTemplate)
        .values(school_id=school_id, owner_id=owner_id, title=title, text=text)
        .returning(BroadcastTemplate.id)
    )
    return row.scalar_one()


async def remove(session: AsyncSession, template_id: int, now: datetime) -> None:
    await session.execute(
        update(BroadcastTemplate).where(BroadcastTemplate.id == template_id).values(removed_at=now)
    )
