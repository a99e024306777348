"""The database of this installation: the school's own server, or the embedded one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.config import Settings
from bot.postgres import EmbeddedPostgres
from bot.refusal import Refusal
from db.engine import Database
from db.listening import OUTAGE, sqlstate
from db.migrate import upgrade
from db.server import OLDEST_SERVER, WATERMARK, ServerVersionTooOld, keeps_settings, require_version
from db.wall import raise_wall

_HEARSAY_SECONDS = 1
_UNKNOWN_SETTING = "08P01"
"""What a pooler says of a setting that it does not pass on; PostgreSQL has another word for its own."""
_NOT_DIRECT = (
    "Между «Звонком» и PostgreSQL стоит посредник, который не передаёт настройки соединений, например "
    "PgBouncer. Так школы не отделить друг от друга: укажите в ZVONOK_DATABASE_URL адрес самого сервера."
)


class DatabaseRefused(Refusal):
    """The school's own server cannot be used. Never repeats the URL: it holds a password."""


class DatabaseEnded(Refusal):
    """The embedded server ended before what was done with it."""


@asynccontextmanager
async def open_database(
    settings: Settings, *, server_settings: Mapping[str, str] = MappingProxyType({})
) -> AsyncIterator[Database]:
    """Brought to the newest schema, and closed at the end. Raises Refusal.

    Any number of processes may open it at once. The embedded server lives in the process that opened it first
    (see EmbeddedPostgres): when that one ends, the block is cancelled in all others and DatabaseEnded raised,
    so that whatever supervises them, or the administrator, starts them again. `server_settings` are for the
    embedded server, such as bot.postgres.THROWAWAY.
    """
    async with open_server(settings, server_settings) as url:
        await upgrade(url)
        database = Database(url, walled=await raise_wall(url))
        try:
            yield database
        finally:
            await database.close()


@asynccontextmanager
async def open_server(
    settings: Settings, server_settings: Mapping[str, str] = MappingProxyType({})
) -> AsyncIterator[str]:
    """The URL of the database, whatever it holds; otherwise like `open_database`."""
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        await _check(url)
        yield url
        return
    server = EmbeddedPostgres(settings.data_dir, settings=server_settings)
    async with server as url, _no_longer_than(server):
        yield url


def has_database(settings: Settings) -> bool:
    """Whether opening it would find one, and not make one."""
    return bool(settings.database_url) or embedded_cluster(settings).exists()


def embedded_cluster(settings: Settings) -> Path:
    """The folder that the embedded server keeps everything in."""
    return settings.data_dir / "postgres" / "cluster"


@asynccontextmanager
async def _no_longer_than(server: EmbeddedPostgres) -> AsyncIterator[None]:
    """Cancel the block and raise DatabaseEnded when the server ends first."""

    async def cancel_at_the_end() -> None:
        await server.wait()
        limit.reschedule(0)

    try:
        async with asyncio.timeout(None) as limit:
            end = asyncio.create_task(cancel_at_the_end())
            try:
                yield
            except OUTAGE:
                # A statement may hear of the end before we do.
                await asyncio.wait({end}, timeout=_HEARSAY_SECONDS)
                raise
            finally:
                end.cancel()
    except OUTAGE as error:
        if end.cancelled() or not end.done():
            raise
        raise DatabaseEnded(
            "База данных остановилась раньше этой команды: закончился процесс, который её запустил, "
            "или сам её сервер. Повторите команду."
        ) from error


async def _check(url: str) -> None:
    watermark = uuid4().hex
    engine = create_async_engine(
        url, poolclass=NullPool, connect_args={"timeout": 10, "server_settings": {WATERMARK: watermark}}
    )
    try:
        async with engine.connect() as connection:
            await require_version(connection)
            if not await keeps_settings(connection, watermark):
                raise DatabaseRefused(_NOT_DIRECT)
    except ServerVersionTooOld as old:
        raise DatabaseRefused(
            f"На сервере из ZVONOK_DATABASE_URL работает PostgreSQL {old.version}, "
            f"а нужен {OLDEST_SERVER} или новее."
        ) from None
    # TypeError: the URL has a parameter that asyncpg does not know.
    except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, TypeError) as error:
        if sqlstate(error) == _UNKNOWN_SETTING:
            raise DatabaseRefused(_NOT_DIRECT) from None
        raise DatabaseRefused(
            f"Не удалось подключиться к базе данных из ZVONOK_DATABASE_URL ({type(error).__name__}): "
            "проверьте адрес, имя базы, учётную запись, пароль и параметры."
        ) from None
    finally:
        await engine.dispose()
