"""Replies at the pace of their token, and what one that was refused costs the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import SendMessage, TelegramMethod

from bot.telegram import PacedReplies, Told
from services.notifications.limiter import Limiter

REST = 9
"""Seconds: short enough to be waited out."""


class Telegram(BaseSession):
    """Refuses these chats, the first time."""

    def __init__(self, refused: Collection[int]) -> None:
        super().__init__()
        self.refused = set(refused)
        self.refused_all = asyncio.Event()
        self.heard: list[int] = []

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram's signature
        chat_id = int(getattr(method, "chat_id", 0))
        if chat_id in self.refused:
            self.refused.discard(chat_id)
            if not self.refused:
                self.refused_all.set()
            raise TelegramRetryAfter(method, "too many", REST)
        self.heard.append(chat_id)
        return True

    async def close(self) -> None: ...

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""


def a_bot(telegram: Telegram, limiter: Limiter) -> Bot:
    telegram.middleware(PacedReplies(limiter))
    return Bot("1:paced", session=telegram)


async def test_nobody_waits_while_the_chats_that_were_refused_rest() -> None:
    limiter, flooding = Limiter(), range(40)
    for chat_id in flooding:
        limiter.chat_used(chat_id)  # so it is theirs, not the token's
    telegram = Telegram(flooding)
    bot = a_bot(telegram, limiter)
    resting = [asyncio.create_task(bot(SendMessage(chat_id=chat_id, text="…"))) for chat_id in flooding]
    async with asyncio.timeout(REST - 1):
        await telegram.refused_all.wait()
        await bot(SendMessage(chat_id=99, text="…"))
    assert telegram.heard == [99]
    for reply in resting:
        reply.cancel()


async def test_an_edit_that_is_refused_is_not_waited_for() -> None:
    bot = a_bot(Telegram([7]), Limiter())
    async with asyncio.timeout(REST - 1):
        with pytest.raises(TelegramRetryAfter):
            await bot.edit_message_text("…", chat_id=7, message_id=1)
        await bot.edit_message_text("…", chat_id=7, message_id=1)


async def test_an_edit_and_no_new_message_rests_from_what_another_process_has_just_written_there() -> None:
    limiter = Limiter(chat_interval=1)
    telegram = Telegram([])
    bot = a_bot(telegram, limiter)
    limiter.sent_elsewhere(7)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(bot.edit_message_text("…", chat_id=7, message_id=1))
        group.create_task(bot.send_message(chat_id=8, text="…"))
    assert telegram.heard == [8, 7]


async def test_others_are_told_of_what_counts_against_the_limit_alone() -> None:
    telegram, told = Telegram([]), list[int]()
    telegram.middleware(Told(told.append))
    bot = Bot("1:paced", session=telegram)
    await bot.send_message(7, "…")
    await bot.answer_callback_query("1")
    await bot.edit_message_text("…", chat_id=8, message_id=1)
    assert told == [7, 8]
