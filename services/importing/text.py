"""Text as people type it, and what counts as equal when it is compared."""

from __future__ import annotations

import re
import unicodedata

_BIDIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = re.compile(
    rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{_BIDIRECTIONAL}\u200b\u2060\ufeff]"
    r"|(?<=\w)[\u200c\u200d](?=\w)"  # joiners stay between emoji, where they mean something
)
_LATIN = "ABCEHKMOPTXYaceopxy"
_CYRILLIC = "АВСЕНКМОРТХУасеорху"
_LOOKALIKE = str.maketrans(_LATIN, _CYRILLIC)
_LATIN_RUN = re.compile(r"[^\W\d_]+")
_HAS_CYRILLIC = re.compile("[А-Яа-яЁё]")
_DASHES = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")
_CLASS_NOISE = re.compile(r"[\s\-\u2010-\u2015\u2212«»\"'`„“”‘’]+")


def clean(text: str) -> tuple[str, bool]:
    """The text without control and bidirectional characters, and whether there were any.

    Letters are composed (й, ё), spaces of every kind are plain; line ends stay.
    """
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        return text.strip(), False
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    visible = _INVISIBLE.sub("", lines)
    composed = unicodedata.normalize("NFC", visible)
    return "".join(" " if c.isspace() and c != "\n" else c for c in composed).strip(), visible != lines


def one_line(text: str) -> str:
    return " ".join(text.split())


def as_cyrillic(text: str) -> str:
    """Latin letters that look Cyrillic, read as Cyrillic.

    A word is changed only when all its Latin letters have a Cyrillic twin and the text has Cyrillic
    letters beside them; «Anna» and «Java» stay what they are.
    """
    if text.isascii() or not _HAS_CYRILLIC.search(text):
        return text
    return _LATIN_RUN.sub(_as_cyrillic_word, text)


def class_as_cyrillic(text: str) -> str:
    """The same for names of classes, where a Latin letter stands alone («7A», «11-B»)."""
    return _LATIN_RUN.sub(_as_cyrillic_word, text)


def _as_cyrillic_word(match: re.Match[str]) -> str:
    word = match.group()
    latin = [c for c in word if c.isascii()]
    return word.translate(_LOOKALIKE) if all(c in _LATIN for c in latin) else word


def fold(text: str) -> str:
    """Equal for texts that differ in letter case, ё and е, and spaces."""
    return " ".join(text.casefold().replace("ё", "е").split())


def fold_class(text: str) -> str:
    """As `fold`, and «7 Б», «7-б» and «7"Б"» are one class."""
    return _CLASS_NOISE.sub("", fold(text))


def plain_dashes(text: str) -> str:
    """«Римский – Корсаков» as «Римский-Корсаков»."""
    return _DASHES.sub("-", text)
