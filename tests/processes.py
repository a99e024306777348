"""What tests of several processes need: a balancer before them, and patience."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

PATIENCE = 60.0
"""Seconds after which a test fails."""
_SILENCE = 5.0
"""Seconds after which an intake is taken for gone."""


async def until(happened: Callable[[], Awaitable[Any]], what: str, seconds: float = PATIENCE) -> None:
    """For what other processes do, which wakes nobody here."""
    try:
        async with asyncio.timeout(seconds):
            while not await happened():  # noqa: ASYNC110 - it is another process that it waits for
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"never happened: {what}") from None


_RESERVED: list[socket.socket] = []


def free_port() -> int:
    """Nobody gets it who asks for any port: a socket holds it that does not listen, and whoever names it may
    listen there all the same."""
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    _RESERVED.append(holder)
    port: int = holder.getsockname()[1]
    return port


class Balancer:
    """Each request goes to another process; to the next one when a process does not listen, or hangs."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._turns = itertools.cycle(ports)
        self._number = len(ports)
        self.url = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._pass_on)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/zvonok"
        async with ClientSession(timeout=ClientTimeout(_SILENCE)) as self._session:
            yield
            await runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        for _ in range(self._number):
            address = f"http://127.0.0.1:{next(self._turns)}{request.path}"
            try:
                async with self._session.post(address, data=body, headers=request.headers) as answer:
                    return web.Response(status=answer.status)
            except (ClientError, TimeoutError):
                continue
        raise web.HTTPBadGateway
