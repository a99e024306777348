"""When the next request of a token may go: how evenly, and how many the messenger may count within a second.

Moments are seconds of one monotonic clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum

_WAYS = 600
"""Fewer may all have been made while the machine was busy, which tells nothing of the shortest way."""
_QUICKER = 0.005
"""Seconds by which the quickest way there and the quickest way back may be shorter than any that was both."""


class Pace:
    """When the next message may go: evenly spaced, and at most one ahead of its time to make up for a late
    start."""

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


@dataclass(eq=False, slots=True)
class Turn:
    """One request: when it might leave and when its answer was there."""

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
        """What the shortest of them needed at least."""

    def free_at(self, now: float, allowed: int, ranks: Collection[Rank]) -> float:
        """When one more of these makes at most so many of them in any second."""
        if len(self._turns) < allowed:
            return now
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
        # Also of what was answered at once: an edit that is quick may overtake messages that are slow.
        self._ways.append(now - turn.began)
        self._way = max(0.0, min(self._ways) - _QUICKER)

    def _forget(self, now: float) -> None:
        self._turns = [turn for turn in self._turns if self._counted_by(turn, now) > now - 1]

    def _counted_by(self, turn: Turn, now: float) -> float:
        """The latest moment at which it may have been counted."""
        return max(turn.began, (now if turn.answered is None else turn.answered) - self._way)


def most_within(seconds: float, moments: Iterable[float]) -> int:
    """Of moments in their order."""
    most, last = 0, deque[float]()
    for moment in moments:
        last.append(moment)
        while moment - last[0] >= seconds:
            last.popleft()
        most = max(most, len(last))
    return most
