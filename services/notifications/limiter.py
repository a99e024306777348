"""The messenger's limits, shared by everything that one bot token sends."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from services.notifications.shares import Shares
from services.notifications.window import Pace, Rank, Turn, Window

MESSAGES_PER_SECOND = 28
"""Telegram allows about 30 a second for a token; the rest is left for clocks that differ."""
_SPARE = 2
"""So many more than the pace's may be counted in a second: 30 for Telegram."""
CHAT_INTERVAL = 1.0
"""Seconds between two messages to a chat."""
_LATE = 0.5
"""Seconds by which the messenger may count what is on its way elsewhere later than is heard of it here."""
_WHOLE_TOKEN_WINDOW = 3.0
"""Two quiet chats refused within so many seconds: it is the token, not the chat."""
_QUIET = 60.0
"""Seconds without a message to a chat, and without a rest it was told to take, after which it cannot have
passed a limit of its own."""
_FEW = 1000
_ALL = frozenset(Rank)


class Limiter:
    """Lets messages go at the pace of the token, replies first, and knows which chats must rest.

    Replies are never held back for their chat's sake, but the outbox keeps out of their chat until it has
    rested. Where several processes serve one token, each has its share.
    """

    def __init__(self, per_second: float = MESSAGES_PER_SECOND, chat_interval: float = CHAT_INTERVAL) -> None:
        self._pace = Pace(per_second)
        self._window = Window()
        self._shares = Shares(int(per_second) + _SPARE)
        self._chat_interval = chat_interval
        self._waiting: dict[Rank, deque[asyncio.Future[Turn]]] = {rank: deque() for rank in Rank}
        self._timer: asyncio.TimerHandle | None = None
        self._chats: dict[int, float] = {}
        """Until when a chat rests; kept until it is quiet."""
        self._many = _FEW
        """Chats above which they are looked through: where nobody sends, nobody asks which of them rest."""
        self._replying: Counter[int] = Counter()
        """Chats with replies on their way."""
        self._written: dict[int, float] = {}
        """Until when chats rest from what the outbox wrote; without end while it is on its way."""
        self._refused: tuple[int, float] | None = None
        self._tell_of_rest: Callable[[float], None] = lambda _seconds: None
        self.refusals: Counter[bool] = Counter()
        """How often the messenger said «too many», by whether everything had to rest."""

    async def take(self, rank: Rank) -> Turn:
        """Wait for one's turn, which is spent unless given back; say when it is answered."""
        future: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        self._waiting[rank].append(future)
        self._let_go()
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self.give_back(future.result())
            raise

    def give_back(self, turn: Turn) -> None:
        self._pace.give_back()
        self._window.leave(turn)
        self._let_go()

    def leaves(self, chat_id: int) -> None:
        """A message of the outbox goes to this chat now; say when it is answered."""
        self._written[chat_id] = float("inf")
        self._shares.sent(_now())

    def answered(self, turn: Turn, chat_id: int) -> None:
        """The messenger has answered, or never will: the chat has been written to just now."""
        self._window.answered(turn, _now())
        self.chat_used(chat_id)
        if turn.rank is Rank.OUTBOX:
            self._written[chat_id] = _now() + self._chat_interval
        self._let_go()

    def rest_of(self, chat_id: int) -> float:
        """Seconds after which to ask again whether an edit may go to this chat; not above 0: it may. It would
        be one too many within a second of what the outbox has written there."""
        return min(self._written.get(chat_id, 0.0) - _now(), self._chat_interval + _LATE)

    @asynccontextmanager
    async def reply(self, chat_id: int) -> AsyncIterator[None]:
        """The turn of a request that answers somebody in this chat: from now on the outbox keeps out of it
        until the chat has rested."""
        async with self._answering(chat_id, self.take(Rank.REPLY)):
            yield

    @asynccontextmanager
    async def edit(self, chat_id: int) -> AsyncIterator[None]:
        """As `reply`, but while it waits for its turn another process may have sent something there."""
        async with self._answering(chat_id, self._take_where_rested(chat_id)):
            yield

    async def _take_where_rested(self, chat_id: int) -> Turn:
        """Gives way once: nobody waits for all that is still to be sent there."""
        turn = await self.take(Rank.REPLY)
        if (rest := self.rest_of(chat_id)) <= 0:
            return turn
        self.give_back(turn)
        await asyncio.sleep(rest)
        return await self.take(Rank.REPLY)

    @asynccontextmanager
    async def _answering(self, chat_id: int, waiting: Coroutine[Any, Any, Turn]) -> AsyncIterator[None]:
        self._replying[chat_id] += 1
        try:
            turn = await waiting
            self._shares.replied(turn.began)
            try:
                yield
            finally:
                self.answered(turn, chat_id)
        finally:
            self._replying[chat_id] -= 1
            if not self._replying[chat_id]:
                del self._replying[chat_id]

    def chat_used(self, chat_id: int) -> None:
        """A message has just gone to this chat."""
        self.pause_chat(chat_id, self._chat_interval)

    def answers_elsewhere(self, process: str) -> None:
        """Another process may answer with this token any moment."""
        self._shares.answers_elsewhere(process, _now())

    def used_elsewhere(self, chat_id: int, process: str) -> None:
        """Another process with this token has just answered in this chat."""
        self._shares.replied_elsewhere(process, _now())
        self.pause_chat(chat_id, self._chat_interval + _LATE)

    def sends_elsewhere(self) -> None:
        """Another process may send messages of the outbox any moment."""
        self._shares.sends_elsewhere(_now())

    def sent_elsewhere(self, chat_id: int) -> None:
        """Another process with this token sends a message of the outbox to this chat now."""
        self._shares.sent_elsewhere(_now())
        self.pause_chat(chat_id, self._chat_interval + _LATE)
        self._written[chat_id] = _now() + self._chat_interval + _LATE

    def pause_chat(self, chat_id: int, seconds: float) -> None:
        until = _now() + seconds
        self._chats[chat_id] = max(until, self._chats.get(chat_id, until))
        if len(self._chats) > self._many:
            self._forget_quiet()
            self._many = 2 * max(len(self._chats), _FEW)

    def pause(self, seconds: float) -> None:
        """Nothing leaves for so many seconds."""
        self._pace.pause(_now() + seconds)

    def tell_of_rests(self, tell: Callable[[float], None]) -> None:
        """`tell` hears for how many seconds everything rests, when `refused` has found it out."""
        self._tell_of_rest = tell

    def refused(self, chat_id: int, seconds: float) -> bool:
        """The messenger said «too many» for this chat: it rests. Everything rests when two chats heard it
        just now that had been quiet. Returns whether everything rests.

        Only quiet chats count: people who flood the bot are refused in chats that were just answered, so
        however many they are, they wait alone. Call before `chat_used`.
        """
        now = _now()
        quiet = now - self._chats.get(chat_id, float("-inf")) > _QUIET
        self.pause_chat(chat_id, seconds)
        whole = quiet and self._is_everybodys(chat_id, now)
        if whole:
            self.pause(seconds)
            self._tell_of_rest(seconds)
        self.refusals[whole] += 1
        return whole

    def _is_everybodys(self, quiet_chat_id: int, now: float) -> bool:
        previous, self._refused = self._refused, (quiet_chat_id, now)
        if previous is None or previous[0] == quiet_chat_id:
            return False
        return now - previous[1] < _WHOLE_TOKEN_WINDOW

    def resting_chats(self) -> dict[int, float]:
        """Chats that must not get a message of the outbox yet, with the seconds they still rest at least."""
        self._forget_quiet()
        now = _now()
        resting = {chat: until - now for chat, until in self._chats.items() if until > now}
        return dict.fromkeys(self._replying, self._chat_interval) | resting

    def _forget_quiet(self) -> None:
        now = _now()
        self._chats = {chat: until for chat, until in self._chats.items() if now - until <= _QUIET}
        self._written = {chat: until for chat, until in self._written.items() if until > now}

    def _let_go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while (free_at := self._free_at()) is not None:
            rank, moment = free_at
            now = _now()
            if moment > now:
                self._timer = asyncio.get_running_loop().call_later(moment - now, self._let_go)
                return
            turn = Turn(now, rank)
            self._pace.spend(now)
            self._window.enter(turn)
            self._waiting[rank].popleft().set_result(turn)

    def _free_at(self) -> tuple[Rank, float] | None:
        """Who of those that wait goes next, and when."""
        for waiting in self._waiting.values():
            while waiting and waiting[0].done():  # cancelled
                waiting.popleft()
        now = _now()
        moments = {
            rank: max(now, self._pace.free_at(), self._window_free_at(rank, now))
            for rank, waiting in self._waiting.items()
            if waiting
        }
        if not moments:
            return None
        rank = min(moments, key=lambda rank: (moments[rank], rank))
        return rank, moments[rank]

    def _window_free_at(self, rank: Rank, now: float) -> float:
        return max(
            self._window.free_at(now, self._shares.in_all(now), _ALL),
            self._window.free_at(now, self._shares.of_rank(rank, now), [rank]),
        )


def _now() -> float:
    return asyncio.get_running_loop().time()
