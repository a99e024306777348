"""People's names by case, as they are written to people; services.marks.names recognises what people write.

The rules are those of the library petrovich; what it does not know stays as it is, so that a name that is
foreign, indeclinable or no name at all comes out unharmed.
"""

from __future__ import annotations

from enum import Enum
from functools import cache

from pytrovich.enums import Case as Declension
from pytrovich.enums import Gender, NamePart
from pytrovich.maker import PetrovichDeclinationMaker

from db.enums import Sex

_CONSONANTS = frozenset("бвгджзйклмнпрстфхцчшщь")
_GENDERS = {Sex.MALE: Gender.MALE, Sex.FEMALE: Gender.FEMALE}


class Case(Enum):
    NOMINATIVE = Declension.NOMINATIVE
    GENITIVE = Declension.GENITIVE
    DATIVE = Declension.DATIVE
    ACCUSATIVE = Declension.ACCUSATIVE
    INSTRUMENTAL = Declension.INSTRUMENTAL
    PREPOSITIONAL = Declension.PREPOSITIONAL


def first_name_in(case: Case, name: str, sex: Sex | None) -> str:
    """«Пётр» as «Петру». Without a sex only what both sexes share is declined."""
    return _in_case(NamePart.FIRSTNAME, case, name, sex)


def last_name_in(case: Case, name: str, sex: Sex | None) -> str:
    """«Иванов» as «Иванову»; «Шевченко», «Черных» and a woman's «Ким» stay as they are."""
    return _in_case(NamePart.LASTNAME, case, name, sex)


def _in_case(part: NamePart, case: Case, name: str, sex: Sex | None) -> str:
    if sex is not None:
        return _declined(part, case, name, sex)
    male, female = (_declined(part, case, name, one) for one in (Sex.MALE, Sex.FEMALE))
    return male if male == female else name


def _declined(part: NamePart, case: Case, name: str, sex: Sex) -> str:
    *first, last = name.split("-")
    start = "".join(f"{_first_half(part, case, half, sex)}-" for half in first)
    return start + _word(part, case, last, sex)


def _first_half(part: NamePart, case: Case, half: str, sex: Sex) -> str:
    """«Абдул-Хамиду», «Жан-Полю»: the first half of a man's double first name stays when it ends in a
    consonant; «Анне-Марии» declines both."""
    stays = part is NamePart.FIRSTNAME and sex is Sex.MALE and half[-1:].lower() in _CONSONANTS
    return half if stays else _word(part, case, half, sex)


def _word(part: NamePart, case: Case, word: str, sex: Sex) -> str:
    declined: str = _maker().make(part, _GENDERS[sex], case.value, word)
    return declined.upper() if len(word) > 1 and word.isupper() else declined


@cache
def _maker() -> PetrovichDeclinationMaker:
    return PetrovichDeclinationMaker()
