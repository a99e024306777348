"""How long a broadcast may be, so that every message of it fits what the messenger takes."""

from __future__ import annotations

from collections.abc import Sequence

from db.queries.files import StoredFileRow
from services.broadcasts.placeholders import check_places, room
from services.errors import InvalidInput
from services.importing.text import clean

TEXT_LIMIT = 3000
CAPTION_LIMIT = 700
"""Under a photo; names, the author and the answer stand there too."""
MAX_FILES = 10
OPTION_LIMIT = 30
MIN_OPTIONS, MAX_OPTIONS = 2, 6


def length(text: str) -> int:
    """As the messenger counts, in UTF-16 units, with all places filled by the longest names."""
    return len(room(text).encode("utf-16-le")) // 2


def checked_text(typed: str) -> str:
    """The words without invisible characters. Raises InvalidInput when they are too many, or a place in them
    is misspelt."""
    text = clean(typed)[0]
    if length(text) > TEXT_LIMIT:
        raise InvalidInput(problem="broadcast_too_long", n=TEXT_LIMIT)
    check_places(text)
    return text


def is_captioned(text: str, files: Sequence[StoredFileRow]) -> bool:
    """The only file is a photo, and the text is short enough to stand under it."""
    return (
        len(files) == 1
        and (files[0].external_ref or "").startswith("photo:")
        and length(text) <= CAPTION_LIMIT
    )
