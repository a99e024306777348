"""What the inbox could not keep is refused at the door, before anything is done with it (ASVS 2.2.1, 4.2)."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.updates import DEEPEST, read_update
from tests.intake.test_inbox import MOTHER, Recorder, message
from tests.intake.test_webhook import HEADERS, JSON, SECRET, Client


def nested(levels: int) -> bytes:
    return b'{"update_id": 1, "message": ' + b"[" * levels + b"]" * levels + b"}"


def test_an_update_is_read_as_it_came() -> None:
    update = {"update_id": 7, "message": {"chat": {"id": -100}, "text": "да"}}
    assert read_update(json.dumps(update).encode()) == update
    assert read_update(nested(DEEPEST - 1))["update_id"] == 1


@pytest.mark.parametrize(
    "body",
    [
        nested(DEEPEST),
        nested(100_000),
        b'{"update_id": %d}' % 2**63,
        b'{"update_id": true}',
        b'{"update_id": 1.0}',
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b'{"update_id": 1, "message": {"chat": {"id": %d}}}' % 2**63,
        b'{"update_id": 1, "message": {"date": NaN}}',
        b'{"update_id": 1, "message": {"date": -Infinity}}',
        b"\xff\xfe\xfd",
        b"\x80",
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
def test_what_cannot_be_kept_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_update(body)


async def test_a_body_too_deep_is_refused_at_the_door(client: Client, handler: Recorder) -> None:
    assert (await client.post("/hook", data=nested(100_000), headers=JSON)).status == 400
    assert handler.begun == set()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
async def test_only_json_is_read(client: Client, handler: Recorder, kind: str) -> None:
    body = json.dumps(message(1, MOTHER)).encode()
    answer = await client.post("/hook", data=body, headers=HEADERS | {"Content-Type": kind})
    assert (answer.status, handler.begun) == (415, set())


async def answer_to(client: Client, *lines: str, body: bytes = b"") -> bytes:
    """The first line of the answer to a request that says more is coming."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    head = ("POST /hook HTTP/1.1", "Host: bot", "Content-Type: application/json", *lines, "", "")
    writer.write("\r\n".join(head).encode() + body)
    try:
        return await reader.readline()
    finally:
        writer.close()


@pytest.mark.parametrize("body_seconds", [0.5])
async def test_a_body_that_does_not_come_is_not_waited_for(client: Client) -> None:
    knows = f"X-Telegram-Bot-Api-Secret-Token: {SECRET}"
    assert b" 408 " in await answer_to(client, knows, "Content-Length: 100", body=b"{")


async def test_the_body_of_whoever_does_not_know_the_secret_is_not_waited_for(client: Client) -> None:
    assert b" 404 " in await answer_to(client, "Content-Length: 1000000", body=b"{")


async def test_a_request_with_two_lengths_is_refused(client: Client) -> None:
    """ASVS 4.2.1."""
    knows = f"X-Telegram-Bot-Api-Secret-Token: {SECRET}"
    for lengths in (
        ("Content-Length: 2", "Content-Length: 20"),
        ("Content-Length: 2", "Transfer-Encoding: chunked"),
    ):
        assert b" 400 " in await answer_to(client, knows, *lengths, body=b"{}")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "TRACE", "OPTIONS"])
async def test_nothing_but_a_post_is_answered(client: Client, method: str) -> None:
    answer = await client.request(method, "/hook", headers=JSON)
    assert answer.status == 405
