"""What each of several processes may use of one token's limit.

They hear of each other's requests some tenths of a second late, so none of them can keep a common limit by
that. Each that answers has a share, and whoever sends takes what the others leave of theirs. While that is
done elsewhere, nobody answers much oftener than the sender can have heard; and it begins gently.
Moments are seconds of one monotonic clock.
"""

from __future__ import annotations

from collections import defaultdict, deque

from services.notifications.window import Rank, most_within

_REMEMBERED = 20.0
"""Seconds without a word from another process after which it may be taken for gone."""
_KEPT_FOR_OUTBOX = 8
"""Requests of a second which only whoever sends may make."""
_MEMORY = 5.0
"""Seconds: as often as another has answered in any of them it may be answering now."""
_STRETCHED = 1.25
"""Seconds over which the answers of a second may be heard of, as some are later heard of than others."""
_UNHEARD = 4
"""By so many a second may all together answer oftener than whoever sends has heard."""
_UNTIL_HEARD = 1.5
"""Seconds after which the others have heard of an answer, and what they sent before counts no more."""
_SENDING = 3.0
"""Seconds after a message in which whoever sent it is still at it."""


class Shares:
    """Of `allowed` requests within a second. A process that hears of nobody has all of them."""

    def __init__(self, allowed: int) -> None:
        self._allowed = allowed
        self._answering: dict[str, float] = {}
        """When those that answer elsewhere were last heard of."""
        self._heard: defaultdict[str, deque[float]] = defaultdict(self._moments)
        """When they answered, as far as is remembered."""
        self._replied = self._moments()
        """When this process did."""
        self._sender = self._sent_elsewhere = float("-inf")
        """When one that sends elsewhere was last heard of, and when a message of its own."""
        self._began_to_send = self._sent = float("-inf")
        """When this process did so, the first time without a rest and the last time."""

    def _moments(self) -> deque[float]:
        return deque(maxlen=round(_MEMORY * self._allowed))

    def replied(self, now: float) -> None:
        """This process answers somebody."""
        self._replied.append(now)

    def sent(self, now: float) -> None:
        """This process sends a message that nobody asked for."""
        if now - self._sent >= _SENDING:
            self._began_to_send = now
        self._sent = now

    def answers_elsewhere(self, process: str, now: float) -> None:
        """That process may answer any moment."""
        self._answering[process] = now

    def replied_elsewhere(self, process: str, now: float) -> None:
        self.answers_elsewhere(process, now)
        self._heard[process].append(now)

    def sends_elsewhere(self, now: float) -> None:
        """Another process may send any moment."""
        self._sender = now

    def sent_elsewhere(self, now: float) -> None:
        self._sender = self._sent_elsewhere = now

    def in_all(self, now: float) -> int:
        """How many requests of this process may be counted within a second."""
        self._forget(now)
        if not self._answering:
            return self._allowed
        is_known_to_answer = bool(self._replied) and self._replied[0] < now - _UNTIL_HEARD
        share = self._share(len(self._answering) + is_known_to_answer)
        heard = sum(most_within(_STRETCHED, moments) for moments in self._heard.values())
        left = self._allowed - heard - max(_UNHEARD, len(self._answering))
        # Of more processes than there are requests, some of which have perhaps ended, each waits its second.
        return max(1, left, self._allowed - len(self._answering) * share)

    def of_rank(self, rank: Rank, now: float) -> int:
        """How many of them may be of this rank."""
        self._forget(now)
        return self._of_replies(now) if rank is Rank.REPLY else self._of_outbox(now)

    def _of_replies(self, now: float) -> int:
        if not self._answering and now - self._sender >= _REMEMBERED:
            return self._allowed
        answering = 1 + len(self._answering)
        share = self._share(answering)
        if now - self._sent_elsewhere < _SENDING:
            heard = [moment for moment in self._replied if moment < now - _UNTIL_HEARD]
            share = min(share, most_within(1, heard) + max(1, _UNHEARD // answering))
        return share

    def _of_outbox(self, now: float) -> int:
        if not self._answering:
            return self._allowed
        begins = now - self._sent >= _SENDING or now - self._began_to_send < _UNTIL_HEARD
        return _KEPT_FOR_OUTBOX if begins else self._allowed

    def _share(self, answering: int) -> int:
        return max(1, (self._allowed - _KEPT_FOR_OUTBOX) // answering)

    def _forget(self, now: float) -> None:
        for process, heard_of in list(self._answering.items()):
            if now - heard_of >= _REMEMBERED:
                del self._answering[process]
                self._heard.pop(process, None)
        for moments in (self._replied, *self._heard.values()):
            while moments and now - moments[0] > _MEMORY:
                moments.popleft()
