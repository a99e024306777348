"""What a PostgreSQL server must be able to do for us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from db.engine import FOR_SHORT_STATEMENTS

OLDEST_SERVER = 15


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


async def keeps_settings(connection: AsyncConnection) -> bool:
    """Whether a connection that began with FOR_SHORT_STATEMENTS has them.

    A pooler in between may drop them, and with them the role that sees one school only (`db.wall`).
    """
    told = {
        name: await connection.scalar(select(func.current_setting(name))) for name in FOR_SHORT_STATEMENTS
    }
    return told == FOR_SHORT_STATEMENTS


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
