"""The messenger's limits, shared by everything that one bot token sends."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import IntEnum

MESSAGES_PER_SECOND = 28
"""Telegram allows about 30 a second for a token; the rest is left for clocks that differ."""
_SPARE = 2
"""So many more than the pace's may be counted in a second: 30 for Telegram."""
_WAYS = 30
_OTHERS = 60.0
"""Seconds for which a process that has answered may do so again any moment."""
_KEPT_FOR_OUTBOX = 8
"""So many requests of a second belong to the outbox where several processes answer: whoever sends hears too
late how often they do."""
_MEMORY = 5
"""Seconds: as often as others have answered in any of them they may be answering now."""
CHAT_INTERVAL = 1.0
"""Seconds between two messages to a chat."""
_WHOLE_TOKEN_WINDOW = 3.0
"""Two quiet chats refused within so many seconds: it is the token, not the chat."""
_QUIET = 60.0
"""Seconds without a message to a chat, and without a rest it was told to take, after which it cannot have
passed a limit of its own."""
_FEW = 1000


class Pace:
    """When the next message may go: evenly spaced, and at most one ahead of its time to make up for a late
    start. Moments are seconds of one monotonic clock."""

    def __init__(self, per_second: float) -> None:
        self.interval = 1 / per_second
        self._due = float("-inf")

    def free_at(self) -> float:
        return self._due - self.interval

    def spend(self, now: float) -> None:
        self._due = max(self._due, now) + self.interval

    def give_back(self) -> None:
        self._due -= self.interval

    def pause(self, until: float) -> None:
        self._due = max(self._due, until + self.interval)


class Rank(IntEnum):
    """Who waits for whom: somebody who has just tapped goes before any message nobody asked for."""

    REPLY = 0
    OUTBOX = 1


_ALL = frozenset(Rank)


@dataclass(eq=False, slots=True)
class Turn:
    """One request: when it might leave and when its answer was there, on one monotonic clock."""

    began: float
    rank: Rank
    answered: float | None = None


class Window:
    """What Telegram may have counted within the last second.

    A pace alone does not keep a limit: what leaves evenly may arrive together when the way or a busy machine
    delays some of it. When a request was counted nobody is told; but it was before its answer, and by as much
    as the quickest of late shows the way to need at least.
    """

    def __init__(self) -> None:
        self._turns: list[Turn] = []
        self._ways: deque[float] = deque(maxlen=_WAYS)
        """Seconds from the beginning to the answer, of late."""
        self._way = 0.0
        """The shortest of them."""

    def free_at(self, now: float, allowed: int, ranks: Collection[Rank]) -> float:
        """When one more of these makes at most so many of them in any second."""
        self._forget(now)
        turns = [turn for turn in self._turns if turn.rank in ranks]
        if len(turns) < allowed:
            return now
        return sorted(self._counted_by(turn, now) for turn in turns)[-allowed] + 1

    def enter(self, turn: Turn) -> None:
        self._forget(turn.began)
        self._turns.append(turn)

    def leave(self, turn: Turn) -> None:
        """It never went."""
        self._turns = [other for other in self._turns if other is not turn]

    def answered(self, turn: Turn, now: float) -> None:
        turn.answered = now
        self._ways.append(now - turn.began)
        self._way = min(self._ways)

    def _forget(self, now: float) -> None:
        self._turns = [turn for turn in self._turns if self._counted_by(turn, now) > now - 1]

    def _counted_by(self, turn: Turn, now: float) -> float:
        """The latest moment at which it may have been counted."""
        return max(turn.began, (now if turn.answered is None else turn.answered) - self._way)


class Limiter:
    """Lets messages go at the pace of the token, replies first, and knows which chats must rest.

    Replies are never held back for their chat's sake, but the outbox keeps out of their chat until it has
    rested. Where several processes answer with one token, each has its share for replies, as it hears too
    late of the others' to keep the limit by that.
    """

    def __init__(self, per_second: float = MESSAGES_PER_SECOND, chat_interval: float = CHAT_INTERVAL) -> None:
        self._pace = Pace(per_second)
        self._window = Window()
        self._allowed = int(per_second) + _SPARE
        self._chat_interval = chat_interval
        self._waiting: dict[Rank, deque[asyncio.Future[Turn]]] = {rank: deque() for rank in Rank}
        self._others: dict[str, float] = {}
        """When the processes that answer with this token were last heard of."""
        self._heard: deque[float] = deque(maxlen=_MEMORY * self._allowed)
        """When they answered, of late."""
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

    def answered(self, turn: Turn, chat_id: int) -> None:
        """The messenger has answered, or never will: the chat has been written to just now."""
        self._window.answered(turn, _now())
        self.chat_used(chat_id)
        if turn.rank is Rank.OUTBOX:
            self._written[chat_id] = self._chats[chat_id]
        self._let_go()

    def rest_of(self, chat_id: int) -> float:
        """Seconds after which to ask again whether an edit may go to this chat; not above 0: it may. It would
        be one too many within a second of what the outbox has written there."""
        return min(self._written.get(chat_id, 0.0) - _now(), self._chat_interval)

    @asynccontextmanager
    async def reply(self, chat_id: int) -> AsyncIterator[None]:
        """The turn of a request that answers somebody in this chat: from now on the outbox keeps out of it
        until the chat has rested."""
        self._replying[chat_id] += 1
        try:
            turn = await self.take(Rank.REPLY)
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

    def used_elsewhere(self, chat_id: int, process: str) -> None:
        """Another process with this token has just answered in this chat."""
        now = self._others[process] = _now()
        self._heard.append(now)
        self.chat_used(chat_id)

    def sent_elsewhere(self, chat_id: int) -> None:
        """Another process with this token sends a message of the outbox to this chat now."""
        self.chat_used(chat_id)
        self._written[chat_id] = self._chats[chat_id]

    def pause_chat(self, chat_id: int, seconds: float) -> None:
        until = _now() + seconds
        self._chats[chat_id] = max(until, self._chats.get(chat_id, until))
        if len(self._chats) > self._many:
            self._forget_quiet()
            self._many = 2 * max(len(self._chats), _FEW)

    def pause(self, seconds: float) -> None:
        """Nothing leaves for so many seconds."""
        self._pace.pause(_now() + seconds)

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
        self._others = {name: heard for name, heard in self._others.items() if now - heard < _OTHERS}
        while self._heard and now - self._heard[0] > _MEMORY:
            self._heard.popleft()
        if not self._others:
            return self._window.free_at(now, self._allowed, _ALL)
        if rank is Rank.REPLY:
            share = (self._allowed - _KEPT_FOR_OUTBOX) // (1 + len(self._others))
            return self._window.free_at(now, max(1, share), {Rank.REPLY})
        left = self._allowed - _most_in_a_second(self._heard)
        return self._window.free_at(now, max(1, left, _KEPT_FOR_OUTBOX), _ALL)


def _most_in_a_second(moments: Iterable[float]) -> int:
    """Of moments in their order."""
    most, last = 0, deque[float]()
    for moment in moments:
        last.append(moment)
        while moment - last[0] >= 1:
            last.popleft()
        most = max(most, len(last))
    return most


def _now() -> float:
    return asyncio.get_running_loop().time()
