"""How much of the token's limit the sender uses, however slow Telegram is, beside the usual loop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter

from benchmarks.figures import Figure, Size
from benchmarks.place import ACCOUNTS_FROM, Place
from benchmarks.sending import be_slow, open_chats, queue_digests, sender
from benchmarks.telegram import Telegram
from bot.telegram import JsonSession
from sandbox import TelegramSandbox
from services.notifications.limiter import MESSAGES_PER_SECOND

LATENCIES = (0.005, 0.06, 0.3)
_WARM_UP = 5
"""The first messages wait for connections and are not timed."""
_PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Received:
    share: float
    """Of the limit."""
    too_many: int
    """Refused with 429."""


async def measure(place: Place, telegram: Telegram, size: Size) -> list[Figure]:
    figures = []
    for number, latency in enumerate(LATENCIES):
        token = f"{20 + number}:throughput"
        await telegram.run(be_slow, latency, flood=True)
        async with place.school() as db:
            await queue_digests(db, place.clock.now(), size.messages)
            async with sender(place, db, telegram, token):
                ours = await telegram.run(received, size.messages)
        await telegram.run(be_slow, latency, flood=True)
        usual = await _usual_loop(telegram, token, max(size.messages // 10, 2))
        milliseconds = f"{latency * 1000:.0f} ms"
        figures += [
            Figure(
                f"sender: share of {MESSAGES_PER_SECOND}/s, answers after {milliseconds}",
                ours.share,
                f"{ours.share * MESSAGES_PER_SECOND:.1f}/s; send-and-sleep loop: {usual.share:.2f}",
                at_least=0.98,
            ),
            Figure(f"sender: refused with 429, {milliseconds}", ours.too_many, at_most=0),
        ]
    await telegram.run(be_slow, 0, flood=False)
    return figures


async def _usual_loop(telegram: Telegram, token: str, messages: int) -> Received:
    """What most bots do: send, sleep for the pause that the limit asks for, send the next."""
    bot = Bot(token, session=JsonSession(telegram.url))
    await telegram.run(open_chats, token, ACCOUNTS_FROM, ACCOUNTS_FROM + messages)
    for chat in range(messages):
        try:
            await bot.send_message(ACCOUNTS_FROM + chat, "Неделя")
        except TelegramRetryAfter as refusal:
            await asyncio.sleep(refusal.retry_after)
        await asyncio.sleep(1 / MESSAGES_PER_SECOND)
    await bot.session.close()
    return await telegram.run(received, messages)


async def received(sandbox: TelegramSandbox, messages: int) -> Received:
    """Over there: wait for so many messages."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while len(sent := [call.time for call in sandbox.calls if call.ok]) < messages:  # noqa: ASYNC110 - the sandbox has no event for this
            await asyncio.sleep(0.05)
    timed = sent[min(_WARM_UP, messages - 2) : messages]
    share = (len(timed) - 1) / (timed[-1] - timed[0]) / MESSAGES_PER_SECOND
    return Received(share, sum("Too Many" in call.error for call in sandbox.calls))
