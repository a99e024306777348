"""How long to wait after something failed, again and again."""

from __future__ import annotations


def backoff(failures: int, longest: float) -> float:
    """Seconds before the next try: 1, 2, 4 and so on, at most `longest`; also after a night of failures,
    whose power of two no float can hold."""
    return min(2.0 ** min(failures, 32), longest)
