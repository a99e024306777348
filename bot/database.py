"""The database of this installation: the school's own server, or the embedded one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.config import Settings
from bot.postgres import EmbeddedPostgres
from bot.refusal import Refusal
from db.migrate import upgrade
from db.server import OLDEST_SERVER, ServerVersionTooOld, require_version


class DatabaseRefused(Refusal):
    """The school's own server cannot be used. Never repeats the URL: it holds a password."""


@asynccontextmanager
async def ready_database(
    settings: Settings, *, server_settings: Mapping[str, str] = MappingProxyType({})
) -> AsyncIterator[str]:
    """The URL of a database of the newest schema, for db.engine.Database. Raises Refusal.

    `server_settings` are for the embedded server, such as bot.postgres.THROWAWAY.
    """
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        await _check(url)
        await upgrade(url)
        yield url
    else:
        async with EmbeddedPostgres(settings.data_dir, settings=server_settings) as url:
            await upgrade(url)
            yield url


async def _check(url: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": 10})
    try:
        async with engine.connect() as connection:
            await require_version(connection)
    except ServerVersionTooOld as old:
        raise DatabaseRefused(
            f"На сервере из ZVONOK_DATABASE_URL работает PostgreSQL {old.version}, "
            f"а нужен {OLDEST_SERVER} или новее."
        ) from None
    # TypeError: the URL has a parameter that asyncpg does not know.
    except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, TypeError) as error:
        raise DatabaseRefused(
            f"Не удалось подключиться к базе данных из ZVONOK_DATABASE_URL ({type(error).__name__}): "
            "проверьте адрес, имя базы, учётную запись, пароль и параметры."
        ) from None
    finally:
        await engine.dispose()
