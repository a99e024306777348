"""Telegram is told where to post; that it does not know one bot stops that bot's school alone."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiogram.exceptions import TelegramAPIError, TelegramNetworkError, TelegramUnauthorizedError
from aiogram.methods import SetWebhook

from bot.branch import Branch
from bot.receiving import announce_webhook
from bot.webhook import Mailbox
from services.backoff import backoff
from services.watching import Pulse, PulseState

SETTING = SetWebhook(url="https://school.example/hook")


class Telegram:
    def __init__(self, refusal: TelegramAPIError) -> None:
        self._refusal = refusal
        self.asked = asyncio.Event()

    async def set_webhook(self, *_: Any, **__: Any) -> bool:
        self.asked.set()
        raise self._refusal


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        (TelegramUnauthorizedError(SETTING, "Unauthorized"), PulseState.WORKING),
        (TelegramNetworkError(SETTING, "timeout"), PulseState.STARTING),
    ],
)
async def test_a_token_that_telegram_does_not_know_keeps_no_process_out_of_service(
    refusal: TelegramAPIError, state: PulseState
) -> None:
    telegram, pulse = Telegram(refusal), Pulse()
    branch = cast(Branch, SimpleNamespace(bot=telegram, of=SimpleNamespace(school_id=1)))
    announcing = asyncio.create_task(announce_webhook(branch, Mailbox(SETTING.url, "s3cret", 1, 1), pulse))
    await telegram.asked.wait()
    await asyncio.sleep(0)
    announcing.cancel()
    await asyncio.wait([announcing])
    assert announcing.cancelled()
    assert pulse.state() is state


def test_after_a_night_of_failures_the_next_try_comes_as_soon_as_after_an_hour() -> None:
    assert [backoff(failures, 30.0) for failures in (0, 1, 4, 5, 1_024, 100_000)] == [1, 2, 16, 30, 30, 30]
