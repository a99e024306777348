"""Places in a text that are filled for each family: «{имя:кому}» becomes «Петру».

A teacher writes what stands in braces, and after a colon the question that the case answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from db.enums import Sex
from services.errors import InvalidInput
from services.name_cases import Case, first_name_in, last_name_in
from services.settings import PersonalData

CASES = {
    "": Case.NOMINATIVE,
    "кто": Case.NOMINATIVE,
    "кого": Case.GENITIVE,
    "нет кого": Case.GENITIVE,
    "кому": Case.DATIVE,
    "вижу кого": Case.ACCUSATIVE,
    "кем": Case.INSTRUMENTAL,
    "о ком": Case.PREPOSITIONAL,
}
NAME_LIMIT = 40
"""Characters of a name in a text; a place counts as so many."""
_PLACE = re.compile(r"\{\s*([^{}:]{1,40}?)\s*(?::\s*([^{}]{0,40}?)\s*)?\}")


@dataclass(frozen=True, slots=True)
class Named:
    """Whose names are filled in."""

    last_name: str
    first_name: str
    sex: Sex | None
    group: str | None


def _first(who: Named, case: Case) -> str:
    return first_name_in(case, who.first_name, who.sex)


def _full(who: Named, case: Case) -> str:
    return f"{last_name_in(case, who.last_name, who.sex)} {_first(who, case)}".strip()


_NAMES: dict[str, Callable[[Named, Case], str]] = {"имя": _first, "фамилия имя": _full}
_GROUP = "класс"


def has_names(text: str) -> bool:
    """Something in it is about one pupil, so that every pupil's message differs."""
    return any(_word(match) in _NAMES for match in _PLACE.finditer(text))


def check_places(text: str) -> None:
    """Raises InvalidInput for a place that begins like one of ours and is none. Other braces are text."""
    for match in _PLACE.finditer(text):
        if not _known(match) and (_word(match).split() or [""])[0] in {"имя", "фамилия", _GROUP}:
            raise InvalidInput(problem="broadcast_place", place=match.group())


def room(text: str) -> str:
    """The text as long as it can get: for measuring."""
    return _PLACE.sub(lambda match: "я" * NAME_LIMIT if _known(match) else match.group(), text)


def filled(text: str, who: Named, personal_data: PersonalData) -> str:
    """The text as this pupil's family reads it; where a message may say only initials, «П.» and «И. П.»."""

    def put(match: re.Match[str]) -> str:
        if not _known(match):
            return match.group()
        if _word(match) == _GROUP:
            return (who.group or "")[:NAME_LIMIT]
        if personal_data is PersonalData.FULL:
            return _NAMES[_word(match)](who, CASES[_case(match)])[:NAME_LIMIT]
        names = [who.first_name] if _word(match) == "имя" else [who.last_name, who.first_name]
        return " ".join(f"{name[:1]}." for name in names if name)

    return _PLACE.sub(put, text)


def _word(match: re.Match[str]) -> str:
    return " ".join(match.group(1).lower().split())


def _case(match: re.Match[str]) -> str:
    return " ".join((match.group(2) or "").lower().split())


def _known(match: re.Match[str]) -> bool:
    word, case = _word(match), _case(match)
    return (word in _NAMES and case in CASES) or (word == _GROUP and not case)
