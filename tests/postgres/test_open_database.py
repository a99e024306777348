from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.config import Settings
from bot.database import DatabaseRefused, open_database
from bot.postgres import THROWAWAY
from db.engine import FOR_SHORT_STATEMENTS, Database
from db.server import ServerVersionTooOld, require_version
from tests.postgres.conftest import servers_of

SSL_REQUEST = (80877103).to_bytes(4)


def own_server(url: str) -> Settings:
    return Settings(database_url=SecretStr(url))


async def has_schema(db: Database) -> bool:
    async with db.transaction() as session:
        return await session.scalar(text("select to_regclass('alembic_version')")) is not None


async def test_without_a_server_of_ones_own_one_is_started_and_stopped(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir)
    async with open_database(settings, server_settings=THROWAWAY) as db:
        assert await has_schema(db)
    assert not servers_of(data_dir)


async def test_a_school_may_bring_its_own_server(database_url: str) -> None:
    async with open_database(own_server(database_url)) as db:
        assert await has_schema(db)


async def test_a_server_that_does_not_answer_is_a_sentence_without_the_password() -> None:
    with pytest.raises(DatabaseRefused) as refusal:
        async with open_database(own_server("postgresql+asyncpg://u:geheim@127.0.0.1:9/db")):
            pass
    assert "ZVONOK_DATABASE_URL" in str(refusal.value)
    assert "geheim" not in str(refusal.value)


@pytest.mark.parametrize("wrong", [{"database": "no_such"}, {"username": "nobody_we_know"}])
async def test_a_wrong_name_is_a_sentence(database_url: str, wrong: dict[str, str]) -> None:
    url = make_url(database_url).set(**wrong).render_as_string(hide_password=False)
    with pytest.raises(DatabaseRefused, match="Не удалось подключиться"):
        async with open_database(own_server(url)):
            pass


async def test_a_setting_of_the_url_that_the_driver_does_not_know_is_a_sentence(database_url: str) -> None:
    with pytest.raises(DatabaseRefused, match="Не удалось подключиться"):
        async with open_database(own_server(database_url + "&no_such=1")):
            pass


@asynccontextmanager
async def pooler(url: str, *, refuses: bool) -> AsyncIterator[str]:
    """Passes everything on but the settings of a connection: as PgBouncer, it drops them or refuses."""
    server = make_url(url)
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def message() -> bytes:
            return await reader.readexactly(int.from_bytes(await reader.readexactly(4)) - 4)

        if (beginning := await message()) == SSL_REQUEST:
            writer.write(b"N")
            beginning = await message()
        if refuses:
            said = b"SFATAL\0C08P01\0Munsupported startup parameter: jit\0\0"
            writer.write(b"E" + (len(said) + 4).to_bytes(4) + said)
            writer.close()
            return
        words = beginning[4:].split(b"\0")
        kept = b"".join(
            name + b"\0" + value + b"\0"
            for name, value in zip(words[::2], words[1::2], strict=False)
            if name in (b"user", b"database")
        )
        theirs, ours = await asyncio.open_unix_connection(
            f"{server.query['host']}/.s.PGSQL.{server.port or 5432}"
        )
        packet = beginning[:4] + kept + b"\0"
        ours.write((len(packet) + 4).to_bytes(4) + packet)
        for one in (_pass_on(reader, ours), _pass_on(theirs, writer)):
            task = asyncio.create_task(one)
            tasks.add(task)

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        yield server.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
    for task in tasks:
        task.cancel()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while some := await reader.read(1 << 16):
            writer.write(some)
            await writer.drain()
    writer.close()


@pytest.mark.parametrize("refuses", [True, False])
async def test_a_pooler_that_would_take_the_wall_away_is_refused(database_url: str, refuses: bool) -> None:
    async with pooler(database_url, refuses=refuses) as url:
        with pytest.raises(DatabaseRefused, match="PgBouncer"):
            async with open_database(own_server(url)):
                pass


async def test_a_pooler_is_not_taken_for_the_server_because_the_database_is_tuned_as_we_like_it(
    database_url: str,
) -> None:
    administrator = create_async_engine(database_url, isolation_level="AUTOCOMMIT")
    name = make_url(database_url).database
    async with administrator.connect() as connection, pooler(database_url, refuses=False) as url:
        for setting, value in FOR_SHORT_STATEMENTS.items():
            await connection.execute(text(f'alter database "{name}" set {setting} = {value}'))
        try:
            with pytest.raises(DatabaseRefused, match="PgBouncer"):
                async with open_database(own_server(url)):
                    pass
        finally:
            for setting in FOR_SHORT_STATEMENTS:
                await connection.execute(text(f'alter database "{name}" reset {setting}'))
    await administrator.dispose()


async def test_an_older_server_is_named(database_url: str) -> None:
    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        await require_version(connection)
        with pytest.raises(ServerVersionTooOld):
            await require_version(connection, oldest=1000)
    await engine.dispose()
