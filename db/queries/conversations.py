"""Steps at which chats are, and what was typed so far."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Executor
from db.models import Conversation


async def state(session: Executor, key: str, now: datetime) -> str | None:
    """Somebody answers at this step, so it is touched: it is purged before it is read, or not while it is
    answered."""
    touched = update(Conversation).where(Conversation.key == key).values(updated_at=now)
    return (await session.scalars(touched.returning(Conversation.state))).one_or_none()


async def data(session: Executor, key: str) -> dict[str, Any]:
    found = await session.scalars(select(Conversation.data).where(Conversation.key == key))
    return found.one_or_none() or {}


async def set_state(session: Executor, key: str, state: str | None, now: datetime) -> None:
    new = insert(Conversation).values(key=key, state=state, data={}, updated_at=now)
    await session.execute(
        new.on_conflict_do_update(index_elements=[Conversation.key], set_={"state": state, "updated_at": now})
    )


async def set_data(session: Executor, key: str, data: dict[str, Any], now: datetime) -> None:
    new = insert(Conversation).values(key=key, state=None, data=data, updated_at=now)
    await session.execute(
        new.on_conflict_do_update(
            index_elements=[Conversation.key], set_={"data": new.excluded.data, "updated_at": now}
        )
    )


async def merge_data(session: Executor, key: str, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Add to what is there; what is there then."""
    new = insert(Conversation).values(key=key, state=None, data=data, updated_at=now)
    merged = await session.scalars(
        new.on_conflict_do_update(
            index_elements=[Conversation.key],
            set_={"data": Conversation.data.op("||")(new.excluded.data), "updated_at": now},
        ).returning(Conversation.data)
    )
    everything: dict[str, Any] = merged.one()
    return everything


async def purge(session: AsyncSession, before: datetime) -> int:
    """Forget what nobody has touched since. Returns how many."""
    gone = await session.execute(
        delete(Conversation).where(Conversation.updated_at < before).returning(Conversation.key)
    )
    return len(gone.all())
