"""The database of this installation: a server of the school's own, or the embedded one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config import Settings
from bot.database import ready_database
from db.engine import Database


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Started when it is the embedded one, brought to the newest schema, and closed at the end.

    Raises bot.refusal.Refusal.
    """
    async with ready_database(settings) as url:
        database = Database(url)
        try:
            yield database
        finally:
            await database.close()


def has_database(settings: Settings) -> bool:
    """Whether opening it would find one, and not make one."""
    return bool(settings.database_url) or (settings.data_dir / "postgres" / "cluster").exists()
