"""The look at what journeys log would find a leak."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
from datetime import datetime, timedelta

import pytest
import structlog
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
from aiogram.methods import SendMessage

from tests.logged import Log, tells, written_in

SURNAME = "Сидоренко"
TO_HIM = SendMessage(chat_id=900100200, text=f"{SURNAME} болеет")


@pytest.mark.parametrize(
    "said",
    [
        SURNAME,
        "СИДОРЕНКО М.",
        "GET /%D0%A1%D0%B8%D0%B4%D0%BE%D1%80%D0%B5%D0%BD%D0%BA%D0%BE",
        json.dumps(SURNAME),
        repr({"text": TO_HIM.text}),
    ],
)
def test_a_planted_name_is_found_however_it_is_written(log: Log, said: str) -> None:
    structlog.get_logger().info("journey", said=said)
    with pytest.raises(AssertionError, match=SURNAME):
        log.must_not_name([SURNAME])


def test_a_name_that_a_library_logs_is_found(log: Log) -> None:
    logging.getLogger("library").warning("cannot send %s", SURNAME)
    with pytest.raises(AssertionError, match=SURNAME):
        log.must_not_name([SURNAME])


def test_words_of_everybody_are_nobodys(log: Log) -> None:
    structlog.get_logger().info("/start", n=5, said="да")
    log.must_not_name(["/start", "да", "5", "н"])
    assert tells("Ким")
    assert tells("2A3B4C5D6E")


def test_a_line_says_when_in_utc_how_grave_and_what(log: Log) -> None:
    """ASVS 16.2.1, 16.2.2."""
    structlog.get_logger().warning("sender.recovered", messages=2)
    logging.getLogger("library").error("broken")
    lines = [json.loads(line) for line in log.written if line.startswith("{")]
    assert [(line["level"], line["event"]) for line in lines] == [
        ("warning", "sender.recovered"),
        ("error", "broken"),
    ]
    for line in lines:
        assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)


def test_what_people_write_is_told_from_what_the_bot_wrote() -> None:
    replied = {"text": "Голова болит", "reply_to_message": {"text": "Вы знаете, почему?"}}
    tapped = {"message": {"text": "Нет на 3-м уроке"}}
    assert {*written_in({"update_id": 1, "message": replied})} == {"Голова болит"}
    assert {*written_in({"update_id": 2, "callback_query": tapped})} == set()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ValueError(TO_HIM.text), "ValueError"),
        (FileNotFoundError(2, "No such file", f"/files/{SURNAME}.pdf"), "No such file"),
        (
            TelegramBadRequest(TO_HIM, f'can\'t parse entities: unsupported tag "{SURNAME} "" at byte'),
            "at byte",
        ),
        (TelegramBadRequest(TO_HIM, f"URL '{SURNAME}' is invalid"), "is invalid"),
        (TelegramRetryAfter(TO_HIM, "Too Many Requests", 7), "Too Many Requests"),
    ],
)
def test_an_error_is_told_without_what_it_was_about(log: Log, error: Exception, says: str) -> None:
    structlog.get_logger().error("failed", exc_info=error)
    log.must_not_name([SURNAME, "900100200"])
    assert all(says in line for line in log.written)


async def test_a_task_that_nobody_waited_for_dies_without_words(log: Log) -> None:
    gc.collect()  # what other tests have left dies before this one listens
    log.written.clear()

    async def fails(name: str) -> None:
        raise ValueError(name)

    task = asyncio.create_task(fails(SURNAME))
    await asyncio.wait([task])
    del task
    gc.collect()
    asyncio.get_running_loop().call_soon(int, SURNAME)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(log.written) == 4
    log.must_not_name([SURNAME])


def test_the_password_of_a_database_becomes_stars(log: Log) -> None:
    logging.getLogger("library").error("no answer from postgresql://zvonok:so-long-a-secret@db.school/zvonok")
    log.must_not_name(["so-long-a-secret"])
    assert all("db.school" in line for line in log.written)
