"""What a running process tells of itself, for whoever watches it; nothing here knows who that is."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from time import monotonic

from db.enums import OutboxState

PEACE = 120.0
"""Seconds without such a meeting after which it is over; who takes part tries again every half minute."""

Outcomes = Counter[tuple[str, OutboxState]]
"""What became of the messages of this process, by their kind. Unknown: a request to put one into the chat
stayed without an answer, even if it is repeated, so that whatever may come twice is counted; or an edit was
given up."""


class PulseState(StrEnum):
    STARTING = "starting"
    STANDING_BY = "standing_by"
    """Another process does it; this one would take over."""
    WORKING = "working"
    CONTESTED = "contested"
    """It works, but somebody else does the same and takes away what is ours."""
    SILENT = "silent"
    """It should have given a sign of life by now."""


class Pulse:
    """The signs of life of a loop that never ends."""

    def __init__(self, longest_silence: float | None = None, peace: float = PEACE) -> None:
        """Seconds between two signs while it works; None: it only says that it has begun."""
        self._longest_silence = longest_silence
        self._peace = peace
        self._contested = float("-inf")
        self._standing_by = False
        self._last: float | None = None

    def stand_by(self) -> None:
        self._standing_by, self._last = True, monotonic()

    def beat(self) -> None:
        self._standing_by, self._last = False, monotonic()

    def contest(self) -> bool:
        """Somebody else was just met. Returns whether that is news."""
        news = not self._is_contested()
        self._contested = monotonic()
        self.beat()
        return news

    def _is_contested(self) -> bool:
        return monotonic() - self._contested < self._peace

    def state(self) -> PulseState:
        if self._last is None:
            return PulseState.STARTING
        if self._standing_by:
            return PulseState.STANDING_BY
        if self._is_contested():
            return PulseState.CONTESTED
        silent = self._longest_silence is not None and monotonic() - self._last > self._longest_silence
        return PulseState.SILENT if silent else PulseState.WORKING
