"""Messages that were posted already, by their keys."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import OutboxMessage


async def accounts(session: AsyncSession, prefix: str) -> list[int]:
    """Accounts that have a message, waiting or sent, whose key begins so."""
    rows = await session.scalars(
        select(OutboxMessage.binding_id).where(OutboxMessage.dedup_key.startswith(prefix, autoescape=True))
    )
    return list(rows)


async def among(session: AsyncSession, keys: Collection[str]) -> set[str]:
    """Those of these keys that were posted before."""
    rows = await session.scalars(
        select(OutboxMessage.dedup_key).where(OutboxMessage.dedup_key.in_(list(keys)))
    )
    return set(rows)
