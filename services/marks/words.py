"""The words a message may be made of, from words.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from importlib.resources import files
from typing import Any


class Role(Enum):
    """What a token does in a message."""

    NAME = auto()
    NUMBER = auto()
    MARK = auto()
    SAID = auto()
    SHADE = auto()
    WORK = auto()
    OTHERS = auto()
    EXCEPT = auto()
    NUMBER_WORD = auto()
    FROM = auto()
    AND = auto()
    FILLER = auto()
    DOUBT = auto()
    SIGN = auto()


@dataclass(frozen=True, slots=True)
class Meaning:
    role: Role
    value: str = ""
    """The mark or the kind of work."""


_KEYWORDS = {
    "fillers": Role.FILLER,
    "doubts": Role.DOUBT,
    "shades": Role.SHADE,
    "and": Role.AND,
    "number": Role.NUMBER_WORD,
    "from": Role.FROM,
    "except": Role.EXCEPT,
    "others": Role.OTHERS,
}
LONGEST_PHRASE = 3


def table(name: str) -> dict[str, Any]:
    """A data file of this package."""
    return tomllib.loads(files("services.marks").joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def meanings() -> dict[str, Meaning]:
    """Words and phrases, folded and without full stops, with what they do. What is not here may be a name."""
    words = table("words")
    known = {phrase: Meaning(role) for key, role in _KEYWORDS.items() for phrase in words["keywords"][key]}
    for section, role in (("works", Role.WORK), ("said", Role.SAID), ("marks", Role.MARK)):
        for value, phrases in words[section].items():
            known |= {phrase: Meaning(role, value) for phrase in phrases}
    return known


@cache
def works() -> dict[str, frozenset[str]]:
    """Kinds of work by their usual short names, with every way to say them."""
    return {work: frozenset((work, *phrases)) for work, phrases in table("words")["works"].items()}


@cache
def range_ends() -> frozenset[str]:
    """Between the ends of a range said in words: «с 3 по 7»."""
    return frozenset(table("words")["keywords"]["to"])


@cache
def ordinary_words() -> frozenset[str]:
    """Words of lessons: names only when they are exactly somebody's name."""
    return frozenset(table("words")["keywords"]["ordinary"])
