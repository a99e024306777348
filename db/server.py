"""What a PostgreSQL server must be able to do for us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

OLDEST_SERVER = 15
WATERMARK = "zvonok.direct"
"""A setting that nobody else sets: what it holds can only have come with the connection."""


class ServerVersionTooOld(Exception):
    """`version`: the server's own, such as 13.4; OLDEST_SERVER is the oldest that will do."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version


async def require_version(connection: AsyncConnection, oldest: int = OLDEST_SERVER) -> None:
    """Raises ServerVersionTooOld."""
    number = int(await connection.scalar(text("show server_version_num")) or 0)
    if number < oldest * 10_000:
        raise ServerVersionTooOld(str(await connection.scalar(text("show server_version"))))


async def keeps_settings(connection: AsyncConnection, watermark: str) -> bool:
    """Whether a connection that began with this WATERMARK still has it.

    A pooler in between may drop all settings, and with them the role that sees one school only (`db.wall`).
    """
    told: str | None = await connection.scalar(select(func.current_setting(WATERMARK, True)))
    return told == watermark


@dataclass(frozen=True, slots=True)
class ServerFacts:
    version: str
    lowers_cyrillic: bool
    """Names are compared in lower case; a database with the locale C leaves «Ё» as it is."""
    now: datetime
    revision: str
    """Of the schema."""


async def server_facts(session: AsyncSession) -> ServerFacts:
    facts = await session.execute(
        text(
            "select current_setting('server_version'), lower('ЁЖ') = 'ёж', clock_timestamp(), version_num"
            " from alembic_version"
        )
    )
    return ServerFacts(*facts.one())
