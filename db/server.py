"""What a PostgreSQL server must be able to do for us."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

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
