"""What Sentry hears of an error is where it was, not whom it was about."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
import structlog
from aiogram import Dispatcher
from sentry_sdk import Transport
from sentry_sdk.envelope import Envelope

from bot.handling import Handling
from bot.logs import set_up_logging
from bot.refusal import Refusal
from bot.watching.sentry import set_up_sentry
from db.queries.inbox import Chat, StoredUpdate
from tests.world import moment

DSN = "https://0123456789abcdef@sentry.example/1"
SAID = "Сидоренко Марина болеет, +79001234567"
TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
UPDATE = StoredUpdate(
    7, Chat(1, 900100200), {"update_id": 5_123_456, "message": {"text": SAID}}, moment("10:17")
)


class Caught(Transport):
    sent: list[Any] = []  # noqa: RUF012 - the client makes the object itself

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent += [item.payload.json for item in envelope.items]


@pytest.fixture
def sent() -> Iterator[list[Any]]:
    set_up_logging("json")
    set_up_sentry(DSN, Caught)
    Caught.sent.clear()
    yield Caught.sent
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)
    set_up_logging("console")


async def fails(said: str) -> None:
    name, phone = said.split(",")
    try:
        int(name)
    except ValueError as error:
        raise LookupError(name, phone) from error


async def test_a_handler_that_fails_is_told_without_words_names_and_variables(sent: list[Any]) -> None:
    with pytest.raises(LookupError) as failed:
        await fails(SAID)

    await Handling(Dispatcher(), {}).apologise(UPDATE, failed.value)

    [event] = sent
    assert event["message"] == "update.failed"
    assert event["tags"] == {"number": "123456"}
    assert [error["type"] for error in event["exception"]["values"]] == ["ValueError", "LookupError"]
    assert event["exception"]["values"][1]["stacktrace"]["frames"][-1]["function"] == "fails"
    told = json.dumps(event, ensure_ascii=False)
    for word in (*SAID.replace(",", "").split(), "vars", "900100200"):
        assert word not in told
    assert not any(event.get(key) for key in ("user", "request", "extra"))
    assert event["breadcrumbs"] == {"values": []}


def test_a_token_becomes_stars_and_a_librarys_words_stay_here(sent: list[Any]) -> None:
    structlog.get_logger().error(f"failed at {TOKEN}", said=SAID)
    logging.getLogger("library").error("cannot send %s with %s", SAID, TOKEN)
    assert [event["message"] for event in sent] == ["failed at ***", "library"]
    assert "Сидоренко" not in json.dumps(sent, ensure_ascii=False)
    assert TOKEN not in json.dumps(sent)


def test_an_error_that_is_being_handled_is_told_too(sent: list[Any]) -> None:
    try:
        raise ValueError(SAID)
    except ValueError:
        structlog.get_logger().exception("job.failed", job="weekly_digest", slot=SAID)
    [event] = sent
    assert event["exception"]["values"][0]["type"] == "ValueError"
    assert event["tags"] == {"job": "weekly_digest"}
    assert "Сидоренко" not in json.dumps(event, ensure_ascii=False)


def test_only_errors_are_told(sent: list[Any]) -> None:
    structlog.get_logger().warning("intake.trying_again")
    assert sent == []


def test_without_the_package_the_start_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(Refusal, match="sentry-sdk"):
        set_up_sentry(DSN)
