"""What a running process tells of itself, for whoever watches it; nothing here knows who that is."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from time import monotonic

from db.enums import OutboxState

Outcomes = Counter[tuple[str, OutboxState]]
"""How often this process was done with a message: by its kind, and what became of it."""


class PulseState(StrEnum):
    STARTING = "starting"
    STANDING_BY = "standing_by"
    """Another process does it; this one would take over."""
    WORKING = "working"
    SILENT = "silent"
    """It should have given a sign of life by now."""


class Pulse:
    """The signs of life of a loop that never ends."""

    def __init__(self, longest_silence: float | None = None) -> None:
        """Seconds between two signs while it works; None: it only says that it has begun."""
        self._longest_silence = longest_silence
        self._standing_by = False
        self._last: float | None = None

    def stand_by(self) -> None:
        self._standing_by, self._last = True, monotonic()

    def beat(self) -> None:
        self._standing_by, self._last = False, monotonic()

    def state(self) -> PulseState:
        if self._last is None:
            return PulseState.STARTING
        if self._standing_by:
            return PulseState.STANDING_BY
        silent = self._longest_silence is not None and monotonic() - self._last > self._longest_silence
        return PulseState.SILENT if silent else PulseState.WORKING
