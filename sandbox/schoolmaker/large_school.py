"""The demo school several times over: the same classes under other letters, with other people and rooms."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from sandbox.make_school import SCHOOL

_SHARED = ("settings", "terms", "holidays", "bells", "subjects", "plan")
_LETTERS = ("АБ", "ВГ", "ДЕ", "ЖЗ", "ИК", "ЛМ", "НО", "ПР", "СТ", "УФ", "ХЦ", "ЧШ")
_SURNAMES = (
    *("", "Волжск", "Донск", "Окск", "Невск", "Камск"),
    *("Обск", "Ленск", "Томск", "Тверск", "Псковск", "Курск"),
)
MOST_COPIES = len(_LETTERS)
_GROUP = re.compile(r"(?<!\w)(\d{1,2})([АБ])(?!\w)")
_PHONE = re.compile(r"(900\)?[ -]?)000")
_PERSON = re.compile(r"^([А-ЯЁ][а-яё]+|фон)(?=[ -])")
_ROOM = "Кабинет"
_PEOPLE = {"ФИО", "Учитель", "Классный руководитель", "Ученик"}


def write_large_school(folder: Path, copies: int) -> None:
    """Write the CSV folder; every copy has 300 pupils, 12 classes and 30 of staff, MOST_COPIES at most."""
    for path in SCHOOL.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        if path.stem not in _SHARED:
            rows = [_copied(header, row, copy) for copy in range(copies) for row in rows]
        with (folder / path.name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])


def _copied(header: list[str], row: list[str], copy: int) -> list[str]:
    return [_cell(column, cell, copy) for column, cell in zip(header, row, strict=True)]


def _cell(column: str, cell: str, copy: int) -> str:
    if not cell or copy == 0:
        return cell
    if column == "Класс":
        letters = str.maketrans(_LETTERS[0], _LETTERS[copy])
        return _GROUP.sub(lambda match: match[1] + match[2].translate(letters), cell)
    if column == "Телефон":
        return _PHONE.sub(rf"\g<1>{copy:03}", cell)
    if column == _ROOM:
        return f"{copy}-{cell}"
    if column in _PEOPLE:
        return _PERSON.sub(lambda match: f"{_SURNAMES[copy]}о{match[1].lower()}", cell)
    return cell
