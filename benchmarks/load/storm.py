"""The teachers' side, in the process of the sandbox: every tap at its moment, whatever the bot does."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from statistics import quantiles
from time import monotonic
from typing import Any

from sandbox import TelegramSandbox
from sandbox.entities import FormattedText
from sandbox.state import Answer

PATIENCE_SECONDS = 400
_EMPTY = "…"


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of the taps."""

    begun: float
    """On the machine's monotonic clock."""
    waits: list[float]
    """Seconds from the planned moment of a tap to its answer; of those that were not too late for one."""
    seconds: float
    """From the first tap to the last answer."""

    @property
    def p99(self) -> float:
        return quantiles(self.waits, n=100)[-1]


@dataclass(frozen=True, slots=True)
class Shown:
    """What it took to show them."""

    seconds: float
    """From the first tap to the last edit."""
    answers: int
    """That the bot gave, those that came too late included."""
    edits: int
    messages: int
    """Of the broadcast, until then."""
    too_many: int
    """Refused with 429."""


async def put_screens(sandbox: TelegramSandbox, token: str, messages: Mapping[int, int]) -> None:
    """Over there: so many messages stand in each chat."""
    bot = sandbox.state.bots[token]
    for user_id, number in messages.items():
        chat = sandbox.phone(user_id, bot=bot).chat
        for _ in range(number):
            sandbox.state.post(chat, FormattedText(_EMPTY, [], _EMPTY), outgoing=True)


async def screens_of(
    sandbox: TelegramSandbox, token: str, users: Sequence[int]
) -> dict[int, list[tuple[str, Any]]]:
    """Over there: text and keyboard of the messages in each chat, oldest first."""
    bot = sandbox.state.bots[token]
    phones = {user_id: sandbox.phone(user_id, bot=bot) for user_id in users}
    return {
        user_id: [(message.html, message.markup) for message in phone.messages]
        for user_id, phone in phones.items()
    }


async def has_called(sandbox: TelegramSandbox, method: str, times: int) -> None:
    """Over there: wait until bots have called this so often since the last clearing."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while sum(call.method == method and call.ok for call in sandbox.calls) < times:  # noqa: ASYNC110 - the sandbox has no event for this
            await asyncio.sleep(0.05)


async def tap_at_moments(
    sandbox: TelegramSandbox, token: str, plans: Mapping[int, Sequence[tuple[int, str]]], seconds: float
) -> Answered:
    """Over there: everybody's taps, evenly over so many seconds and by turns. `plans`: account → the number
    of the message and the button's data."""
    sandbox.calls.clear()
    bot = sandbox.state.bots[token]
    phones = {user_id: sandbox.phone(user_id, bot=bot) for user_id in plans}
    messages = {user_id: phone.messages for user_id, phone in phones.items()}
    turns = [
        (user_id, *tap)
        for turn in zip_longest(*([(user_id, tap) for tap in taps] for user_id, taps in plans.items()))
        for user_id, tap in filter(None, turn)
    ]
    waits: list[float] = []
    begun = monotonic()
    for number, (user_id, message, data) in enumerate(turns):
        planned = begun + number * seconds / len(turns)
        await asyncio.sleep(max(0, planned - monotonic()))
        tap = phones[user_id].tap_data(data, message=messages[user_id][message])
        tap.answer.add_done_callback(partial(_note, waits, planned))
    return Answered(begun, waits, await _answered(sandbox, len(turns)) - begun)


def _note(waits: list[float], since: float, _answer: asyncio.Future[Answer]) -> None:
    waits.append(monotonic() - since)


async def _answered(sandbox: TelegramSandbox, taps: int) -> float:
    """The moment of the last answer, when there are as many as taps."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answers = [call.time for call in sandbox.calls if call.method == "answerCallbackQuery"]
            if len(answers) >= taps:
                return answers[-1]
            await asyncio.sleep(0.2)


async def shown_since(sandbox: TelegramSandbox, begun: float) -> Shown:
    """Over there, when everything is shown."""
    answers = [call.time for call in sandbox.calls if call.method == "answerCallbackQuery"]
    end = max(call.time for call in sandbox.calls if call.method == "editMessageText")
    counted = Counter(call.method for call in sandbox.calls if call.ok and call.time <= end)
    return Shown(
        end - begun,
        len(answers),
        counted["editMessageText"],
        counted["sendMessage"],
        sum("Too Many" in call.error for call in sandbox.calls),
    )
