"""What people type where one line is asked for."""

from __future__ import annotations

from services.errors import InvalidInput
from services.importing.text import clean, one_line

LINE_LIMIT = 500


def tidy_line(text: str) -> str:
    """One line without control and bidirectional characters, however long; perhaps nothing."""
    return one_line(clean(text)[0])


def typed_line(text: str) -> str:
    """One line without control and bidirectional characters; markup and emoji are kept.

    Raises InvalidInput when nothing is left, or more than LINE_LIMIT characters.
    """
    line = tidy_line(text)
    if not line:
        raise InvalidInput(problem="nothing_typed")
    if len(line) > LINE_LIMIT:
        raise InvalidInput(problem="line_too_long", limit=LINE_LIMIT)
    return line
