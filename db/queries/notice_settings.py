"""Writing down how a person wants to be told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Executor
from db.enums import BindingState, Channel, NoticeMode, NoticeTopic, OutboxState
from db.models import Binding, NoticeChoice, NoticePreferences, OutboxMessage
from db.queries.outbox import CHANNEL


async def preferences(session: AsyncSession, person_id: int) -> dict[str, Any]:
    """The person's own values; None, or nothing at all: as the institution has it."""
    columns = [column for column in NoticePreferences.__table__.c if not column.primary_key]
    row = (
        await session.execute(select(*columns).where(NoticePreferences.person_id == person_id))
    ).one_or_none()
    return {} if row is None else dict(row._mapping)


async def prefer(session: AsyncSession, person_id: int, values: dict[str, Any]) -> None:
    """`values`: columns of NoticePreferences; None for what the institution has."""
    await session.execute(
        insert(NoticePreferences)
        .values(person_id=person_id, **values)
        .on_conflict_do_update(index_elements=["person_id"], set_=values)
    )


async def choose(session: AsyncSession, person_id: int, topic: NoticeTopic, mode: NoticeMode) -> None:
    if mode is NoticeMode.AT_ONCE:
        await session.execute(
            delete(NoticeChoice).where(NoticeChoice.person_id == person_id, NoticeChoice.topic == topic)
        )
        return
    await session.execute(
        insert(NoticeChoice)
        .values(person_id=person_id, topic=topic, mode=mode)
        .on_conflict_do_update(index_elements=["person_id", "topic"], set_={"mode": mode})
    )


async def decide_anew(session: AsyncSession, person_id: int, kinds: Collection[str], now: datetime) -> None:
    """Let the sender ask at once about the person's waiting messages of these kinds."""
    accounts = select(Binding.id).where(Binding.person_id == person_id)
    await session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.binding_id.in_(accounts),
            OutboxMessage.kind.in_(kinds),
        )
        .values(not_before=func.least(OutboxMessage.not_before, now))
    )
    await session.execute(select(func.pg_notify(CHANNEL, "")))


async def language_of(session: Executor, channel: Channel, external_user_id: int) -> str | None:
    """The language that whoever holds this account reads; None: the institution's."""
    return (
        await session.execute(
            select(NoticePreferences.language)
            .join(Binding, Binding.person_id == NoticePreferences.person_id)
            .where(
                Binding.channel == channel,
                Binding.external_user_id == external_user_id,
                Binding.state == BindingState.ACTIVE,
            )
        )
    ).scalar_one_or_none()
