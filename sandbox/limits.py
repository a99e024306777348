"""Flood limits. Telegram publishes them as advice; here they are exact, for measuring a sender."""

import math
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from sandbox.errors import too_many_requests


@dataclass
class FloodLimits:
    """Messages and edits allowed in a sliding window; answers to callbacks are not counted.

    `now` gives seconds; a refused request is not counted.
    """

    token_per_second: int = 30
    chat_per_second: int = 1
    chat_per_minute: int = 20
    now: Callable[[], float] = monotonic
    refusals: Counter[str] = field(default_factory=Counter)
    """What was full at each refusal: "token", "chat" or "chat's minute"; the refusal itself does not say."""
    _tokens: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque), repr=False)
    _chats: dict[tuple[int, int], deque[float]] = field(
        default_factory=lambda: defaultdict(deque), repr=False
    )

    def take(self, bot_id: int, chat_id: int, messages: int = 1) -> None:
        """Counts the messages of one request. Raises ApiError 429 when a window is full."""
        now = self.now()
        token, chat = self._tokens[bot_id], self._chats[bot_id, chat_id]
        _forget(token, now - 1)
        _forget(chat, now - 60)
        wait, full = max(
            (_wait(token, self.token_per_second, 1, now), "token"),
            (_wait(chat, self.chat_per_second, 1, now), "chat"),
            (_wait(chat, self.chat_per_minute, 60, now), "chat's minute"),
        )
        if wait > 0:
            self.refusals[full] += 1
            raise too_many_requests(max(1, math.ceil(wait)))
        token.extend([now] * messages)
        chat.extend([now] * messages)


def _forget(times: deque[float], until: float) -> None:
    while times and times[0] <= until:
        times.popleft()


def _wait(times: deque[float], limit: int, window: float, now: float) -> float:
    if len(times) < limit:
        return 0
    return times[-limit] + window - now
