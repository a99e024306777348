"""A file that does not come is asked for again, and its address, which holds the token, is told to nobody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.logs import chain
from bot.telegram import build_bot
from db.listening import OUTAGE

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"


async def describe(_: web.Request) -> web.Response:
    file = {"file_id": "1", "file_unique_id": "1", "file_path": "documents/a.pdf"}
    return web.json_response({"ok": True, "result": file})


async def fail(_: web.Request) -> web.Response:
    raise web.HTTPBadGateway


async def break_off(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Length": "1000"})
    await answer.prepare(request)
    await answer.write(b"half")
    assert request.transport is not None
    request.transport.close()
    return answer


@pytest.mark.parametrize("answer", [fail, break_off])
async def test_a_download_that_fails_is_worth_another_try_and_tells_no_token(
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> None:
    app = web.Application()
    app.router.add_post(f"/bot{TOKEN}/getFile", describe)
    app.router.add_get(f"/file/bot{TOKEN}/documents/a.pdf", answer)
    async with TestServer(app) as server, build_bot(TOKEN, str(server.make_url("")).rstrip("/")) as bot:
        with pytest.raises(OUTAGE) as failed:
            await bot.download("1")
    assert TOKEN not in "".join(map(repr, chain(failed.value)))
