"""The teacher's side of a tap, in the process of the sandbox."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from sandbox import TelegramSandbox
from sandbox.entities import FormattedText

MESSAGES = 40
INTERVAL = 0.04
"""Seconds from tap to tap at least: below the bot's own limit, and no message is tapped twice a second, so
that nothing waits and no edits are put together."""
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Pressed:
    answered: list[float]
    """Seconds from a tap to its answer."""
    edited: list[float]
    """Seconds from a tap to the screen that shows it."""
    calls: Counter[str]


async def open_chat(
    sandbox: TelegramSandbox, token: str, user_id: int, text: str, keyboard: dict[str, Any]
) -> None:
    """A chat with this bot in which the same register stands many times."""
    bot = sandbox.add_bot(token, f"bench_{token.partition(':')[0]}")
    chat = sandbox.phone(user_id, first_name="Анна", last_name="Соколова", bot=bot).chat
    chat.started = True
    for _ in range(MESSAGES):
        sandbox.state.post(chat, FormattedText(text, [], text), outgoing=True, markup=keyboard)


async def press(sandbox: TelegramSandbox, token: str, user_id: int, taps: Sequence[str]) -> Pressed:
    """Tap when the last tap is answered and shown, message after message; `taps` is the buttons' data."""
    sandbox.calls.clear()
    phone = sandbox.phone(user_id, bot=sandbox.state.bots[token])
    messages, answered, edited = phone.messages, [], []
    async with asyncio.timeout(_PATIENCE_SECONDS):
        for number, data in enumerate(taps):
            message = messages[number % MESSAGES]
            version, pressed = message.version, monotonic()
            await phone.tap_data(data, message=message).answer
            answered.append(monotonic() - pressed)
            while message.version == version:
                await phone.chat.changed()
            edited.append(monotonic() - pressed)
            await asyncio.sleep(INTERVAL - edited[-1])
    refused = [call for call in sandbox.calls if not call.ok and call.chat_id in (None, user_id)]
    assert not refused, refused[0]
    return Pressed(answered, edited, Counter(call.method for call in sandbox.calls))
