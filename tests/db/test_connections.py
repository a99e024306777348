"""What every connection of ours asks of its server, the embedded one and a school's own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import make_url, text

from db.engine import Database


async def test_statements_are_not_compiled_and_indexes_not_shunned(database_url: str) -> None:
    database = Database(database_url)
    async with database.statement() as connection:
        settings = await connection.execute(
            text("select current_setting('jit'), current_setting('random_page_cost')")
        )
        assert settings.one() == ("off", "1.1")
    await database.close()


@asynccontextmanager
async def over_the_network(url: str) -> AsyncIterator[str]:
    """The same database at an address of TCP."""
    parts = make_url(url)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(1 << 16):
            writer.write(some)
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = f"{parts.query['host']}/.s.PGSQL.{parts.port or 5432}"
        server_reader, server_writer = await asyncio.open_unix_connection(path)
        await asyncio.gather(pass_on(reader, server_writer), pass_on(server_reader, writer))

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        yield parts.set(host=host, port=port, query={}).render_as_string(hide_password=False)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no such option")
async def test_whoever_waits_for_a_machine_that_went_down_does_not_do_so_for_ever(database_url: str) -> None:
    async with over_the_network(database_url) as url:
        database = Database(url)
        async with database.engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            own = raw._transport.get_extra_info("socket")
            idle, interval, times, unheard = (
                own.getsockopt(socket.IPPROTO_TCP, option)
                for option in (
                    socket.TCP_KEEPIDLE,
                    socket.TCP_KEEPINTVL,
                    socket.TCP_KEEPCNT,
                    socket.TCP_USER_TIMEOUT,
                )
            )
            assert own.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        await database.close()
    assert idle + interval * times <= 30
    assert 0 < unheard <= 30_000
