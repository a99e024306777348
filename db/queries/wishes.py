"""How a person wants to be told, beside what the institution has decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import NoticeMode, NoticeTopic, OutboxState, PersonalDataWish
from db.models import NoticeChoice, NoticePreferences, OutboxMessage, School, SchoolSetting


@dataclass(frozen=True, slots=True)
class WishesRow:
    preset: str
    overrides: dict[str, str]
    """The institution's own values."""
    own: dict[str, Any]
    """The person's own values of settings, by the name of the setting; None: as the institution has it."""
    personal_data: PersonalDataWish | None
    modes: dict[NoticeTopic, NoticeMode]
    """Without a topic that is told at once."""


_OWN = (
    NoticePreferences.digest_weekday,
    NoticePreferences.digest_time,
    NoticePreferences.quiet_from,
    NoticePreferences.quiet_to,
    NoticePreferences.evening_time,
)


def _wishes() -> Select[*tuple[Any, ...]]:
    person_id = bindparam("person_id", type_=BigInteger)
    overrides = (
        select(func.jsonb_object_agg(SchoolSetting.key, SchoolSetting.value))
        .where(SchoolSetting.school_id == School.id)
        .scalar_subquery()
    )
    modes = (
        select(func.jsonb_object_agg(NoticeChoice.topic, NoticeChoice.mode))
        .where(NoticeChoice.person_id == person_id)
        .scalar_subquery()
    )
    return (
        select(
            School.preset,
            overrides.label("overrides"),
            modes.label("modes"),
            NoticePreferences.personal_data,
            *_OWN,
        )
        .select_from(School)
        .join(NoticePreferences, NoticePreferences.person_id == person_id, isouter=True)
        .where(School.id == bindparam("school_id"))
    )


_WISHES = _wishes()


async def wishes_of(session: AsyncSession, school_id: int, person_id: int) -> WishesRow:
    """One statement, made once: almost every message that leaves asks for it."""
    row = (await session.execute(_WISHES, {"school_id": school_id, "person_id": person_id})).one()
    own: dict[str, int | time | None] = {column.key: row._mapping[column.key] for column in _OWN}
    return WishesRow(
        preset=row.preset,
        overrides=row.overrides or {},
        own=own,
        personal_data=row.personal_data,
        modes={NoticeTopic(topic): NoticeMode(mode) for topic, mode in (row.modes or {}).items()},
    )


async def put_off(session: AsyncSession, keys: Collection[str], reason: str) -> set[str]:
    """The kinds of these messages that stand in no chat and wait, or were skipped for `reason`."""
    kinds = await session.scalars(
        select(OutboxMessage.kind).where(
            OutboxMessage.dedup_key.in_(keys),
            OutboxMessage.external_ref.is_(None),
            or_(OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.reason == reason),
        )
    )
    return set(kinds)
