"""The schools of the installation and their bots: what stands above every single school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Executor
from db.models import Conversation, School, SchoolBot


@dataclass(frozen=True, slots=True)
class SchoolRow:
    id: int
    name: str
    short_name: str
    timezone: str


async def schools(session: Executor) -> list[SchoolRow]:
    """Oldest first."""
    rows = await session.execute(
        select(School.id, School.name, School.short_name, School.timezone).order_by(School.id)
    )
    return [SchoolRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class BotRow:
    school_id: int
    bot_id: int
    token: str
    """Encrypted."""
    username: str


async def bots(session: Executor) -> list[BotRow]:
    rows = await session.execute(
        select(SchoolBot.school_id, SchoolBot.bot_id, SchoolBot.token, SchoolBot.username).order_by(
            SchoolBot.school_id
        )
    )
    return [BotRow(*row) for row in rows]


async def lock_bots(session: AsyncSession) -> list[BotRow]:
    """As `bots`; nobody changes one until the transaction ends."""
    await session.execute(select(School.id).with_for_update(key_share=True))
    return await bots(session)


async def put_bot(
    session: AsyncSession, school_id: int, bot_id: int, token: str, username: str, now: datetime
) -> None:
    values = {"bot_id": bot_id, "token": token, "username": username, "added_at": now}
    await session.execute(
        insert(SchoolBot)
        .values(school_id=school_id, **values)
        .on_conflict_do_update(index_elements=[SchoolBot.school_id], set_=values)
    )


async def change_token(session: AsyncSession, school_id: int, token: str) -> None:
    await session.execute(update(SchoolBot).where(SchoolBot.school_id == school_id).values(token=token))


async def remove_bot(session: AsyncSession, school_id: int) -> None:
    await session.execute(delete(SchoolBot).where(SchoolBot.school_id == school_id))


async def forget_conversations(session: AsyncSession, school_id: int, bot_id: int) -> None:
    """What was half-typed in this school, or to this bot, which had another school then."""
    await session.execute(
        delete(Conversation).where(
            or_(Conversation.school_id == school_id, Conversation.key.contains(f":{bot_id}:"))
        )
    )
