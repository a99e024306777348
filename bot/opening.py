"""The database of this installation: a server of the school's own, or the embedded one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.config import Settings
from bot.postgres import EmbeddedPostgres
from db.engine import Database
from db.migrate import upgrade


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Started when it is the embedded one, brought to the newest schema, and closed at the end.

    Raises EmbeddedPostgresError.
    """
    async with AsyncExitStack() as held:
        if settings.database_url:
            url = settings.database_url.get_secret_value()
        else:
            url = await held.enter_async_context(EmbeddedPostgres(settings.data_dir))
        await upgrade(url)
        database = Database(url)
        held.push_async_callback(database.close)
        yield database


def has_database(settings: Settings) -> bool:
    """Whether opening it would find one, and not make one."""
    return bool(settings.database_url) or (settings.data_dir / "postgres" / "cluster").exists()
