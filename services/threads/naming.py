"""Which subject some words are about: a quoted line of a digest, or what was typed (product.md, idea 8)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.importing.text import fold

_WORD = re.compile(r"[^\W\d_]+")
_ENDING = 2
"""Letters of a word that its cases change: «алгебра», «алгебре», «алгеброй»."""
_SHORTEST_STEM = 4


def named(subjects: Iterable[str], words: str) -> frozenset[str]:
    """Those of the subjects that the words name, in whatever case; of «русский язык» and «язык» the fuller
    one. `subjects`: names and abbreviations."""
    said = _WORD.findall(fold(words))
    found = {subject: hit for subject in subjects if (hit := _hit(subject, said))}
    return frozenset(
        subject for subject, hit in found.items() if not any(hit < other for other in found.values())
    )


def line_about(subject_names: Iterable[str], text: str) -> str:
    """The first line of a message that begins with one of the names; else nothing."""
    names = [fold(name) for name in subject_names]
    lines = (" ".join(line.split()) for line in text.splitlines())
    return next((line for line in lines if fold(line).startswith(tuple(names))), "")


def _hit(subject: str, said: list[str]) -> frozenset[str]:
    """The said words that the subject's name stands for; empty unless every word of it is said."""
    parts = _WORD.findall(fold(subject))
    hits = [next((word for word in said if _is_form(part, word)), None) for part in parts]
    return frozenset() if None in hits else frozenset(hit for hit in hits if hit is not None)


def _is_form(part: str, word: str) -> bool:
    stem = part[: max(_SHORTEST_STEM, len(part) - _ENDING)]
    return word == part or (len(part) >= _SHORTEST_STEM and word.startswith(stem))
