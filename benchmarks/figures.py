"""What the benchmarks say, and how much they do to say it."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import cpu_count


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything is done. Rounds alternate between what is compared; medians are shown."""

    rounds: int
    taps: int
    """A round."""
    queued: int
    alerts: int
    messages: int
    """Sent at each latency."""
    posted: int
    routed: int
    school_copies: int
    """Of the demo school's 300 pupils."""
    journal_lessons: int
    """On a journal page."""
    recipients: int
    """Of a broadcast."""
    sending_seconds: float
    """So long it is watched while it leaves."""
    weeks: int
    """Between the second week of school and the end of the year's records."""
    teachers: int
    """Tap at once, in a school of so many copies of the demo school:"""
    teacher_copies: int
    taps_each: int
    storm_seconds: float
    """In which all these taps are made."""
    intakes: tuple[int, ...]
    """Processes that share them: the load is measured for each number."""
    schools: tuple[int, ...]
    """Of a city, when it is measured."""
    city_copies: tuple[int, ...]
    """Copies of the demo school that make a school of the city, in turn."""


FULL = Size(
    rounds=5,
    taps=50,
    queued=100_000,
    alerts=12,
    messages=225,
    posted=20_000,
    routed=2000,
    school_copies=4,
    journal_lessons=60,
    recipients=10_000,
    sending_seconds=25,
    weeks=36,
    teachers=300,
    teacher_copies=12,
    taps_each=30,
    storm_seconds=10,
    intakes=(1, 2, 3),
    schools=(1, 10, 30, 100),
    city_copies=(4, 3, 3),
)
TINY = Size(
    rounds=1,
    taps=6,
    queued=30,
    alerts=1,
    messages=6,
    posted=50,
    routed=10,
    school_copies=1,
    journal_lessons=4,
    recipients=40,
    sending_seconds=1,
    weeks=1,
    teachers=8,
    teacher_copies=1,
    taps_each=4,
    storm_seconds=1,
    intakes=(2,),
    schools=(1, 2),
    city_copies=(1,),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` hardly depends on the machine: a ratio or a count. `aside` is what this machine took."""

    what: str
    value: float
    aside: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def aim(self) -> str:
        if self.at_most is not None:
            return f"≤ {_number(self.at_most)}"
        return f"≥ {_number(self.at_least)}" if self.at_least is not None else ""

    @property
    def verdict(self) -> str:
        if self.at_most is not None:
            return "yes" if self.value <= self.at_most else "NO"
        if self.at_least is not None:
            return "yes" if self.value >= self.at_least else "NO"
        return ""

    def cells(self) -> tuple[str, ...]:
        return self.what, _number(self.value), self.aim, self.verdict, self.aside


_HEADER = ("What", "Figure", "Aim", "Met", "On this machine")


def plain_table(figures: Iterable[Figure]) -> str:
    rows = [_HEADER, *(figure.cells() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def markdown_table(figures: Sequence[Figure]) -> str:
    rows = [_HEADER, ("---", "---:", "---", "---", "---"), *(figure.cells() for figure in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def machine(server_version: str) -> str:
    return f"{cpu_count()} cores, Python {platform.python_version()}, PostgreSQL {server_version}"


def _number(value: float | None) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if value is not None else ""
