"""Writing down how a person wants to be told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Executor
from db.enums import BindingState, Channel, NoticeMode, NoticeTopic
from db.models import Binding, NoticeChoice, NoticePreferences


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


async def language_of(
    session: Executor, school_id: int | None, channel: Channel, external_user_id: int
) -> str | None:
    """The language that whoever holds this account reads; None: the institution's."""
    return (
        await session.execute(
            select(NoticePreferences.language)
            .join(Binding, Binding.person_id == NoticePreferences.person_id)
            .where(
                Binding.school_id == school_id,
                Binding.channel == channel,
                Binding.external_user_id == external_user_id,
                Binding.state == BindingState.ACTIVE,
            )
        )
    ).scalar_one_or_none()
