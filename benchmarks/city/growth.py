"""How what is measured grows with the number of schools: a table, and a drawing of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log10

from benchmarks.city.costs import Process


@dataclass(slots=True)
class Stage:
    schools: int
    pupils: int
    megabytes: float
    """Of the database."""
    importing: float
    """Seconds for a thousand pupils, of the schools that came last."""
    digest: float
    """Seconds of the first school's weekly digests."""
    tap: float
    """Milliseconds of a tap in the first school."""
    jobs: float
    """Milliseconds of every job of the first school, once, without digests."""
    slot: float
    """Milliseconds of the scheduler's bookkeeping for a job's slot."""
    sweep: float
    """Milliseconds of its look for what is due, when nothing is."""
    process: Process
    all_digests: float = 0
    """Seconds of the digests of all schools."""
    queued: int = 0
    """Messages of these."""


_COLUMNS = (
    "Schools",
    "Pupils",
    "Database, MB",
    "Import of 1,000 pupils, s",
    "Digests of one school, s",
    "Tap, ms",
    "Jobs of one school, ms",
    "Sweep, ms",
    "Memory, MB",
    "Start, s",
    "Idle CPU, % of a core",
)


def table(stages: Sequence[Stage]) -> str:
    """As Markdown."""
    rows = [
        (
            f"{stage.schools}",
            f"{stage.pupils:,}",
            f"{stage.megabytes:,.0f}",
            f"{stage.importing:.2f}",
            f"{stage.digest:.2f}",
            f"{stage.tap:.1f}",
            f"{stage.jobs:.0f}",
            f"{stage.sweep:.1f}",
            f"{stage.process.megabytes:.0f}",
            f"{stage.process.start:.1f}",
            f"{stage.process.cpu * 100:.1f}",
        )
        for stage in stages
    ]
    lines = [_COLUMNS, ("---:",) * len(_COLUMNS), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


_WIDTH, _HEIGHT = 700, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 216, 24, 44
_LINES: tuple[tuple[str, str, Callable[[Stage], float]], ...] = (
    ("import of 1,000 pupils", "#1b6ca8", lambda stage: stage.importing),
    ("digests of one school", "#c8553d", lambda stage: stage.digest),
    ("tap", "#2a9d6f", lambda stage: stage.tap),
    ("jobs of one school", "#8a5fbf", lambda stage: stage.jobs),
    ("memory of the process", "#b8860b", lambda stage: stage.process.megabytes),
    ("database", "#777777", lambda stage: stage.megabytes),
)
_MOST = 100
"""Times the first one; what grows more leaves the drawing."""


def drawing(stages: Sequence[Stage]) -> str:
    """As SVG: everything as a multiple of what it is with the first number of schools, on two logarithmic
    scales. What is one school's own should stay a level line."""
    most = max(stage.schools for stage in stages)

    def x(schools: float) -> float:
        return _LEFT + log10(schools) / max(log10(most), 1) * (_WIDTH - _LEFT - _RIGHT)

    def y(times: float) -> float:
        share = (log10(min(max(times, 0.5), _MOST)) - log10(0.5)) / (log10(_MOST) - log10(0.5))
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12" fill="#333">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        *(
            f'<path d="M{_LEFT} {y(times):.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 8}" y="{y(times) + 4:.1f}" text-anchor="end">×{times:g}</text>'
            for times in (0.5, 1, 2, 5, 10, 20, 50, 100)
        ),
        *(
            f'<text x="{x(stage.schools):.1f}" y="{_HEIGHT - _BOTTOM + 18}" '
            f'text-anchor="middle">{stage.schools}</text>'
            for stage in stages
        ),
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 8}" text-anchor="middle">schools</text>',
    ]
    grown = [value(stages[-1]) / value(stages[0]) for *_, value in _LINES]
    heights = _apart([y(times) for times in grown])
    for (name, colour, value), times, height in zip(_LINES, grown, heights, strict=True):
        points = " ".join(
            f"{x(stage.schools):.1f},{y(value(stage) / value(stages[0])):.1f}" for stage in stages
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
            f'<text x="{_WIDTH - _RIGHT + 8}" y="{height + 4:.1f}" fill="{colour}">{name} ×{times:.1f}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def _apart(heights: Sequence[float]) -> list[float]:
    """Moved down until no two names lie on each other; in the order that they had."""
    placed = list(heights)
    order = sorted(range(len(placed)), key=placed.__getitem__, reverse=True)
    for lower, upper in pairwise(order):
        placed[upper] = min(placed[upper], placed[lower] - 15)
    return placed
