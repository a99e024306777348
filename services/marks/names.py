"""The names of one pupil in all the forms a teacher may write, and what is known of other people's names.

Everything here is compared folded: see `key`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import product

from services.importing.names import split_name
from services.importing.text import clean, fold
from services.marks.message import Sex
from services.marks.words import table

_CONSONANTS = frozenset("бвгджзклмнпрстфхцчшщ")
# Letters of Tatar, Altai and Dagestani spellings that Russian keyboards lack; Latin twins of Russian ones.
_LETTERS = str.maketrans("әөӧүӱұңҥҗһғҡқјіѣ", "аооуууннжхгккйие") | str.maketrans("", "", "'’`ʼӏъ")
_LATIN = str.maketrans("ABCEHKMOPTXYaceopxykmt", "АВСЕНКМОРТХУасеорхукмт")
_BOUNDS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")

Forms = list[list[str]]
"""By case: the list's own, genitive, dative, accusative, instrumental, prepositional, plural."""


def key(word: str) -> str:
    """Equal for spellings of one name: letter case, ё and е, Latin twins, letters that keyboards lack."""
    twins = word.translate(_LATIN)
    return fold(word if re.search("[A-Za-z]", twins) else twins).translate(_LETTERS)


@dataclass(frozen=True, slots=True)
class NamePart:
    """A surname, a first name or a patronymic."""

    whole: str
    """Without spaces and hyphens."""
    forms: frozenset[str]
    """Every case of it."""
    shorts: frozenset[str] = frozenset()
    """What its bearer is called."""
    short_forms: frozenset[str] = frozenset()
    """The same in every case."""
    foreign: frozenset[str] = frozenset()
    """Forms of the same surname that only the other sex has."""
    pieces: tuple[frozenset[str], ...] = ()
    """The forms of each half of a double name."""


@dataclass(frozen=True, slots=True)
class PupilNames:
    surname: NamePart
    first: NamePart
    middle: NamePart


@lru_cache(maxsize=4096)
def names_of(full_name: str, sex: Sex | None) -> PupilNames:
    text = clean(full_name)[0]
    split = split_name(text)
    last, first, middle = (split.name.last, split.name.first, split.name.middle) if split else (text, "", "")
    return PupilNames(_surname(last, sex), _first_name(first, sex), _part(middle, "names", sex))


def _surname(name: str, sex: Sex | None) -> NamePart:
    part = _part(name, "surnames", sex)
    if sex is None:
        return part
    other = Sex.FEMALE if sex is Sex.MALE else Sex.MALE
    *before, last = _BOUNDS.split(key(name))
    twins = [last] + [
        last.removesuffix(mine) + theirs
        for male, female in _twins()
        for mine, theirs in ([(male, female)] if sex is Sex.MALE else [(female, male)])
        if last.endswith(mine)
    ]
    start = "".join(before)
    foreign = {start + form for twin in twins for case in decline(twin, "surnames", other) for form in case}
    return replace(part, foreign=frozenset(foreign) - part.forms)


def _first_name(name: str, sex: Sex | None) -> NamePart:
    part = _part(name, "names", sex)
    shorts = short_forms(part.whole, sex)
    forms = {form for short in shorts for case in decline(short, "names", sex) for form in case}
    return replace(part, shorts=frozenset(shorts), short_forms=frozenset(forms))


def _part(name: str, rows: str, sex: Sex | None) -> NamePart:
    words = _BOUNDS.split(key(name))
    by_word = [decline(word, rows, sex) for word in words]
    forms = {"".join(choice) for case in zip(*by_word, strict=True) for choice in product(*case)}
    if len(words) > 1:  # «с Абдул-Хамидом»: the first half often stays as it is
        start = "".join(words[:-1])
        forms |= {start + form for case in by_word[-1] for form in case}
    pieces = tuple(frozenset(f for case in word for f in case) for word in by_word) if len(words) > 1 else ()
    return NamePart("".join(words), frozenset(forms), pieces=pieces)


def decline(word: str, rows: str, sex: Sex | None) -> Forms:
    """The word by case; a case that is not known looks like the nominative. Without a sex, both."""
    if sex is None:
        both = zip(decline(word, rows, Sex.MALE), decline(word, rows, Sex.FEMALE), strict=True)
        return [male + female for male, female in both]
    for ending, whose, *cases in _declensions()[rows]:
        if whose and whose != sex:
            continue
        if ending == "*" and word[-1:] in _CONSONANTS:
            return [[word], *([word + new for new in case.split("/")] for case in cases)]
        if ending != "*" and word.endswith(ending):
            stem = word.removesuffix(ending)
            return [[word], *([stem + new if new else word for new in case.split("/")] for case in cases)]
    return [[word]] * (7 if rows == "surnames" else 6)


def short_forms(first_name: str, sex: Sex | None) -> list[str]:
    """«Саша», «Паша»: what the bearer of a first name (folded) is called."""
    by_sex = table_of_first_names()
    sections = [by_sex[sex]] if sex else list(by_sex.values())
    return [short for section in sections for short in section.get(first_name, "").split()]


@cache
def table_of_first_names() -> dict[Sex, dict[str, str]]:
    names = table("first_names")
    return {Sex.MALE: names["male"], Sex.FEMALE: names["female"]}


@cache
def known_first_names() -> frozenset[str]:
    """First names and short forms in every case: whoever writes one of them means it."""
    return frozenset(
        form
        for sex, names in table_of_first_names().items()
        for name, shorts in names.items()
        for word in (name, *shorts.split())
        for case in decline(word, "names", sex)
        for form in case
    )


@cache
def known_surnames() -> frozenset[str]:
    """Common surnames of both sexes in every case."""
    words: list[str] = table("surnames")["common"].split()
    return frozenset(
        form
        for word in words
        for sex, name in ((Sex.MALE, word), (Sex.FEMALE, word + "а"))
        for case in decline(name, "surnames", sex)
        for form in case
    )


@cache
def _declensions() -> dict[str, list[list[str]]]:
    rows: dict[str, list[list[str]]] = table("declensions")
    return rows


@cache
def _twins() -> list[tuple[str, str]]:
    return [(male, female) for male, female in table("declensions")["twins"]]
