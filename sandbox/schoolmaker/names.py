"""Invented Russian, Dagestani, Tatar and Altai names, and the little grammar that joins them."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Sex = Literal["м", "ж"]


@dataclass(frozen=True)
class Origin:
    """Surnames stand in their masculine form; `fathers` and `mothers` are the grown-ups' first names."""

    share: int
    surnames: list[str]
    boys: list[str]
    girls: list[str]
    fathers: list[str]
    mothers: list[str]


def _origins() -> list[Origin]:
    tables = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
    return [
        Origin(
            share=table["share"],
            surnames=table["surnames"].split(),
            boys=table["boys"].split(),
            girls=table["girls"].split(),
            fathers=table["fathers"].split(),
            mothers=table["mothers"].split(),
        )
        for table in tables.values()
    ]


ORIGINS = _origins()

IRREGULAR_PATRONYMICS = {
    "Илья": ("Ильич", "Ильинична"),
    "Лев": ("Львович", "Львовна"),
    "Михаил": ("Михайлович", "Михайловна"),
    "Павел": ("Павлович", "Павловна"),
    "Пётр": ("Петрович", "Петровна"),
    "Дмитрий": ("Дмитриевич", "Дмитриевна"),
}


def surname_for(surname: str, sex: Sex) -> str:
    """The surname as a man or a woman bears it; each part of a hyphenated one is declined by itself."""
    if sex == "м":
        return surname
    return "-".join(_feminine(part) for part in surname.split("-"))


def _feminine(part: str) -> str:
    if part.endswith(("ский", "цкий")):
        return part.removesuffix("ий") + "ая"
    if part.endswith("ной"):
        return part.removesuffix("ой") + "ая"
    if part.endswith("ный"):
        return part.removesuffix("ый") + "ая"
    return part + "а" if part.endswith(("ов", "ев", "ёв", "ин", "ын")) else part


def patronymic_for(father: str, sex: Sex) -> str:
    if father in IRREGULAR_PATRONYMICS:
        his, hers = IRREGULAR_PATRONYMICS[father]
        return his if sex == "м" else hers
    ending = "ович" if sex == "м" else "овна"
    soft = "евич" if sex == "м" else "евна"
    if father.endswith("ий"):
        return father.removesuffix("ий") + "ь" + soft
    if father.endswith(("й", "ь")):
        return father[:-1] + soft
    return father + ending


def sort_key(full_name: str) -> str:
    return full_name.casefold().replace("ё", "е")
