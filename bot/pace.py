"""One token's limits, kept by several processes: each hears what the others write, and gives way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

import structlog

from db.listening import OUTAGE, Duties
from services.notifications.limiter import Limiter

CHANNEL = "zvonok_pace"
_DELAY = 0.1
"""Seconds: what is said in them is said together."""
_OUTBOX = "outbox"
_AT_ONCE = 150
"""A notification has room for 8,000 bytes."""

log = structlog.get_logger()


class SharedPace:
    """Run `run` as a task. `limiter_of` gives that of a bot, None when this process does not serve it.
    `is_alone`: whether nobody else can answer or send for a bot now; then nobody is told."""

    def __init__(
        self,
        duties: Duties,
        limiter_of: Callable[[int], Limiter | None],
        is_alone: Callable[[int], bool],
    ) -> None:
        self._duties = duties
        self._limiter_of = limiter_of
        self._is_alone = is_alone
        self._own_name = uuid4().hex
        self._written: list[str] = []
        self._said = asyncio.Event()

    def replied(self, bot_id: int, chat_id: int) -> None:
        """Something that counts goes to this chat now, for somebody who has just written or tapped."""
        self._say(bot_id, f"{bot_id}:{chat_id}")

    def sent(self, bot_id: int, chat_id: int) -> None:
        """A message of the outbox goes to this chat now."""
        self._say(bot_id, f"{bot_id}:{chat_id}:{_OUTBOX}")

    def _say(self, bot_id: int, word: str) -> None:
        if not self._is_alone(bot_id):
            self._written.append(word)
            self._said.set()

    async def run(self) -> None:
        """Until cancelled."""
        with self._duties.listening(CHANNEL, self._hear):
            while True:
                await self._said.wait()
                await asyncio.sleep(_DELAY)
                self._said.clear()
                written, self._written = self._written, []
                try:
                    await self._tell(written)
                except OUTAGE as error:
                    log.warning("pace.not_told", error=type(error).__name__)

    async def _tell(self, words: list[str]) -> None:
        for some in range(0, len(words), _AT_ONCE):
            await self._duties.tell(CHANNEL, " ".join([self._own_name, *words[some : some + _AT_ONCE]]))

    def _hear(self, payload: str) -> None:
        name, *words = payload.split() or [self._own_name]
        if name == self._own_name:
            return
        for word in words:
            bot_id, chat_id, *outbox = word.split(":")
            limiter = self._limiter_of(int(bot_id))
            if limiter is None:
                continue
            if outbox:
                limiter.sent_elsewhere(int(chat_id))
            else:
                limiter.used_elsewhere(int(chat_id), name)
