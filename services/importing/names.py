"""Names of people: their parts, and whom a reference means (docs: «Reading»)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.importing.text import fold, plain_dashes

_OF_SURNAME = {
    "фон",
    "ван",
    "де",
    "дер",
    "ден",
    "ла",
    "да",
    "ди",
    "дю",
    "ле",
    "von",
    "van",
    "de",
    "der",
    "la",
}
_OF_PATRONYMIC = {"оглы", "кызы", "улы", "оглу", "гызы", "кизи"}
_PATRONYMIC = re.compile(r".*(вич|вна|ична|инична)$")
_INITIALS = re.compile(r"([^\W\d_])\.?\s*(?:([^\W\d_])\.?)?")


@dataclass(frozen=True, slots=True)
class Name:
    last: str
    first: str
    middle: str = ""

    @property
    def full(self) -> str:
        return " ".join(filter(None, (self.last, self.first, self.middle)))

    @property
    def short(self) -> str:
        """«Петрова А.П.»"""
        return f"{self.last} " + "".join(f"{part[0]}." for part in (self.first, self.middle) if part)

    @property
    def key(self) -> str:
        return fold(self.full)


@dataclass(frozen=True, slots=True)
class SplitName:
    name: Name
    is_guess: bool
    """More words than surname, name and patronymic: somebody should look at it."""


def split_name(text: str) -> SplitName | None:
    """Surname, name and patronymic of «ФИО»; None when there is no name beside the surname."""
    words = plain_dashes(text).replace(",", " ").split()
    words = _spread_initials(words)
    surname_length = 1
    while surname_length < len(words) and fold(words[surname_length - 1]) in _OF_SURNAME:
        surname_length += 1
    last, rest = " ".join(words[:surname_length]), words[surname_length:]
    if not last or not rest:
        return None
    ending = ""
    if len(rest) > 2 and fold(rest[-1]) in _OF_PATRONYMIC:
        ending = " " + rest.pop()
    if len(rest) == 1:
        return SplitName(Name(last, rest[0]), is_guess=False)
    is_guess = len(rest) > 2
    if is_guess and not ending and not _PATRONYMIC.match(fold(rest[-1])):
        first, middle = rest[0], " ".join(rest[1:])
    else:
        first, middle = " ".join(rest[:-1]), rest[-1]
    return SplitName(Name(last, first, middle + ending), is_guess)


def _spread_initials(words: list[str]) -> list[str]:
    """«Петрова», «А.П.» as «Петрова», «А.», «П.»."""
    return [
        part for word in words for part in (re.findall(r"[^.]+\.?", word) if "." in word[:-1] else [word])
    ]


def name_fits(reference: str, name: Name) -> bool:
    """Whether «Петрова Анна Павловна», «Петрова Анна», «Петрова А.П.» or «Петрова А.» may mean `name`."""
    wanted, last = fold(plain_dashes(reference)), fold(name.last)
    if wanted == name.key:
        return True
    if not wanted.startswith(f"{last} "):
        return False
    rest = wanted.removeprefix(last).strip()
    first, middle = fold(name.first), fold(name.middle)
    if rest == first:
        return True
    initials = _INITIALS.fullmatch(rest)
    if not initials:
        return False
    return initials[1] == first[:1] and (initials[2] is None or initials[2] == middle[:1])
