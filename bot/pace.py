"""One token's limits, kept by several processes: each hears of the others' replies, and gives way to them."""

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
        self._replies: list[tuple[int, int]] = []
        self._said = asyncio.Event()

    def replied(self, bot_id: int, chat_id: int) -> None:
        """Something that counts goes to this chat now."""
        if not self._is_alone(bot_id):
            self._replies.append((bot_id, chat_id))
            self._said.set()

    async def run(self) -> None:
        """Until cancelled."""
        with self._duties.listening(CHANNEL, self._hear):
            while True:
                await self._said.wait()
                await asyncio.sleep(_DELAY)
                self._said.clear()
                replies, self._replies = self._replies, []
                try:
                    await self._tell(replies)
                except OUTAGE as error:
                    log.warning("pace.not_told", error=type(error).__name__)

    async def _tell(self, replies: list[tuple[int, int]]) -> None:
        for some in range(0, len(replies), _AT_ONCE):
            words = (f"{bot_id}:{chat_id}" for bot_id, chat_id in replies[some : some + _AT_ONCE])
            await self._duties.tell(CHANNEL, " ".join([self._own_name, *words]))

    def _hear(self, payload: str) -> None:
        name, *replies = payload.split() or [self._own_name]
        if name == self._own_name:
            return
        for reply in replies:
            bot_id, _, chat_id = reply.partition(":")
            limiter = self._limiter_of(int(bot_id))
            if limiter is not None:
                limiter.used_elsewhere(int(chat_id), name)
