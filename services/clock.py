"""The only place that knows what time it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time, moved to begin at `start` when one is given (ZVONOK_CLOCK); it runs on from there."""

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = start - datetime.now(UTC) if start else timedelta()

    def turn(self, to: datetime) -> None:
        """Run on from `to` (aware): how demos and tests let time pass."""
        self._offset = to - datetime.now(UTC)

    def now(self) -> datetime:
        """An aware moment in UTC."""
        return datetime.now(UTC) + self._offset
