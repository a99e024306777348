"""One token's limits, kept by several processes: each hears what the others do, or may do, and gives way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import StrEnum
from math import ceil
from uuid import uuid4

import structlog

from db.listening import OUTAGE, Duties
from services.notifications.limiter import Limiter
from services.notifications.window import Rank

CHANNEL = "zvonok_limit"
_DELAY = 0.1
"""Seconds: what is said in them is said together."""
_ROLE_CALL = 5.0
"""Seconds after which everybody says again what they may do."""
_PATIENCE = 0.5
"""Seconds between two tries while the database is away."""
_AT_ONCE = 150
"""A notification has room for 8,000 bytes."""

log = structlog.get_logger()


class Word(StrEnum):
    """What processes tell each other, with the bot's id; of requests with the chat's, of a rest with its
    seconds."""

    HELLO = "hello"
    """Of somebody new, who would like to know what the others may do."""
    ANSWERS = "answers"
    SENDS = "sends"
    REPLIED = "replied"
    SENT = "sent"
    RESTS = "rests"


_MAY = {Rank.REPLY: Word.ANSWERS, Rank.OUTBOX: Word.SENDS}


class SharedPace:
    """Run `run` as a task. `limiter_of` gives that of a bot, None when this process does not serve it.
    `is_alone`: whether nobody else can answer or send for a bot now; then nobody is told of what it does.
    `roles`: what this process may do any moment for which bot, where it is not alone."""

    def __init__(
        self,
        duties: Duties,
        limiter_of: Callable[[int], Limiter | None],
        is_alone: Callable[[int], bool],
        roles: Callable[[], Iterable[tuple[int, Rank]]],
    ) -> None:
        self._duties = duties
        self._limiter_of = limiter_of
        self._is_alone = is_alone
        self._roles = roles
        self._own_name = uuid4().hex
        self._words: list[str] = []
        self._said = asyncio.Event()
        self._is_new = True
        """To those who listen now."""
        self._next_role_call = float("-inf")

    def replied(self, bot_id: int, chat_id: int) -> None:
        """Something that counts goes to this chat now, for somebody who has just written or tapped."""
        self._say(Word.REPLIED, bot_id, chat_id)

    def sent(self, bot_id: int, chat_id: int) -> None:
        """A message of the outbox goes to this chat now."""
        self._say(Word.SENT, bot_id, chat_id)

    def rests(self, bot_id: int, seconds: float) -> None:
        """The messenger wants nothing of this bot for so long."""
        self._say(Word.RESTS, bot_id, ceil(seconds))

    def _say(self, word: Word, bot_id: int, number: int) -> None:
        if not self._is_alone(bot_id):
            self._words.append(f"{word}:{bot_id}:{number}")
            self._said.set()

    async def run(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        self._call_roles()
        with self._duties.listening(CHANNEL, self._hear):
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_ROLE_CALL):
                        await self._said.wait()
                await asyncio.sleep(_DELAY)
                self._said.clear()
                words, self._words = self._words, []
                if self._is_new:
                    words.append(Word.HELLO)
                if loop.time() >= self._next_role_call:
                    self._next_role_call = loop.time() + _ROLE_CALL
                    words += [f"{_MAY[rank]}:{bot_id}" for bot_id, rank in self._roles()]
                try:
                    await self._tell(words)
                except OUTAGE as error:
                    if not self._is_new:
                        log.warning("pace.not_told", error=type(error).__name__)
                    await asyncio.sleep(_PATIENCE)
                    self._introduce()
                else:
                    self._is_new = False

    async def _tell(self, words: list[str]) -> None:
        for some in range(0, len(words), _AT_ONCE):
            await self._duties.tell(CHANNEL, " ".join([self._own_name, *words[some : some + _AT_ONCE]]))

    def _hear(self, payload: str) -> None:
        if not payload:
            self._introduce()  # something may have been missed
            return
        name, *words = payload.split()
        if name != self._own_name:
            for word in words:
                self._heed(name, word)

    def _heed(self, name: str, said: str) -> None:
        word, *numbers = said.split(":")
        if word == Word.HELLO:
            self._call_roles()
            return
        bot_id, *number = map(int, numbers)
        limiter = self._limiter_of(bot_id)
        if limiter is None:
            return
        match Word(word):
            case Word.ANSWERS:
                limiter.answers_elsewhere(name)
            case Word.SENDS:
                limiter.sends_elsewhere()
            case Word.REPLIED:
                limiter.used_elsewhere(number[0], name)
            case Word.SENT:
                limiter.sent_elsewhere(number[0])
            case Word.RESTS:
                limiter.pause(number[0])

    def _introduce(self) -> None:
        self._is_new = True
        self._call_roles()

    def _call_roles(self) -> None:
        self._next_role_call = float("-inf")
        self._said.set()
