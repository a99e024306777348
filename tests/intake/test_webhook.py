"""The webhook: only Telegram gets in, and its answer means that the update is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.webhook import BODY_SECONDS, Mailbox, webhook_app
from db.engine import Database
from tests.intake.test_inbox import BOT, MOTHER, Box, Recorder, message
from tests.world import FakeClock

SECRET = "s3cret"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
JSON = HEADERS | {"Content-Type": "application/json"}

Client = TestClient[Any, Any]


@pytest.fixture
def handler() -> Recorder:
    return Recorder()


@pytest.fixture
def body_seconds() -> float:
    return BODY_SECONDS


@pytest.fixture
async def client(
    committed_db: Database, clock: FakeClock, handler: Recorder, body_seconds: float
) -> AsyncIterator[Client]:
    mailbox = Mailbox("https://school.example/hook", SECRET, BOT, None)
    async with Box(committed_db, clock).process(handler) as postman:
        app = webhook_app(postman.intake, lambda: [mailbox], body_seconds=body_seconds)
        async with TestClient(TestServer(app)) as client:
            yield client
            await postman.stop()


async def test_what_is_answered_is_kept_and_handled_once(client: Client, handler: Recorder) -> None:
    for _ in range(2):
        answer = await client.post("/hook", json=message(1, MOTHER), headers=HEADERS)
        assert answer.status == 200
    assert handler.begun == {1}


@pytest.mark.parametrize("headers", [{}, {"X-Telegram-Bot-Api-Secret-Token": "guess"}])
async def test_whoever_does_not_know_the_secret_finds_nothing(
    client: Client, handler: Recorder, headers: dict[str, str]
) -> None:
    assert (await client.post("/hook", json=message(1, MOTHER), headers=headers)).status == 404
    assert handler.begun == set()


async def test_a_secret_that_is_no_text_finds_nothing_either(client: Client) -> None:
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(
        b"POST /hook HTTP/1.1\r\nHost: bot\r\nContent-Length: 0\r\n"
        b"X-Telegram-Bot-Api-Secret-Token: \xff\r\nConnection: close\r\n\r\n"
    )
    assert (await reader.readline()).startswith(b"HTTP/1.1 404")
    writer.close()


@pytest.mark.parametrize("body", ["", "{", "[]", '{"update_id": "1"}', '"x"'])
async def test_a_body_that_is_no_update_is_refused(client: Client, body: str) -> None:
    assert (await client.post("/hook", data=body, headers=JSON)).status == 400


async def test_a_huge_body_is_refused(client: Client) -> None:
    answer = await client.post("/hook", data=b"x" * (2 << 20), headers=JSON)
    assert answer.status == 413
