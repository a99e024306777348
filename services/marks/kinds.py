"""Which work the marks of a message are for, by the institution's dictionary (J4, O3)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from db.queries.works import KindRow
from services.marks.message import ReadMarks
from services.marks.names import key
from services.marks.words import works

_FRONT = re.compile(
    r"\s*(?:за\s+)?(?P<kind>[^\n:]{1,60}?)\s*(?P<title>№\s*\d{1,3})?\s*(?::|\n)", re.IGNORECASE
)
_TITLE = re.compile(r"№\s*(\d{1,3})")


@dataclass(frozen=True, slots=True)
class WrittenKind:
    """The kind of work as a message names it."""

    words: str = ""
    """Empty: the message names none."""
    title: str = ""
    """«№ 2»."""
    kind: KindRow | None = None
    """None: the dictionary has no such kind, or several."""


def in_front(text: str, kinds: Sequence[KindRow], names: Collection[str]) -> tuple[WrittenKind, str]:
    """A kind of the dictionary written before a colon or on a line of its own, and the text behind it.

    `names`: surnames and first names of the class, folded; a word that is a name is nothing else.
    """
    found = _FRONT.match(text)
    word = key(found["kind"].strip()) if found else ""
    fitting = [kind for kind in kinds if word in _names_of(kind)]
    if found is None or len(fitting) != 1 or word in names:
        return WrittenKind(), text
    return WrittenKind(found["kind"], _title(found["title"] or ""), fitting[0]), text[found.end() :]


def as_read(read: ReadMarks, kinds: Sequence[KindRow]) -> WrittenKind:
    """The kind that the reading found: by any way to say it, against the dictionary's own names."""
    if read.work is None:
        return WrittenKind()
    ways = works()[read.work]
    fitting = [kind for kind in kinds if ways & set(_names_of(kind))]
    return WrittenKind(read.work, _title(read.work_text), fitting[0] if len(fitting) == 1 else None)


def _names_of(kind: KindRow) -> Iterator[str]:
    """«сочинение, изложение» is known by either."""
    yield key(kind.short_name)
    yield key(kind.name)
    yield from (key(part.strip()) for part in kind.name.split(",") if part.strip())


def _title(text: str) -> str:
    found = _TITLE.search(text)
    return f"№ {int(found[1])}" if found else ""
