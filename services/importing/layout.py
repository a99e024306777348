"""The sheets and columns of an import file, by their English and Russian names (docs: «Import»)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from services.importing.text import class_as_cyrillic, fold


class Reading(Enum):
    """How the text of a column is tidied before anything else looks at it."""

    NAME = auto()  # names and references: 200 letters, one line, Latin look-alikes read as Cyrillic
    CLASS = auto()  # the same, and a lone Latin letter is a Cyrillic one
    VALUE = auto()  # one line of 2,000 letters
    TEXT = auto()  # 2,000 letters, line ends kept


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    russian: str
    reading: Reading = Reading.VALUE
    required: bool = False
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetLayout:
    key: str
    russian: str
    columns: tuple[Column, ...]
    is_of_people: bool = False

    def column_of(self, header: str) -> Column | None:
        return _names(self.key).get(_header_key(header))

    def known(self, cells: Sequence[str]) -> int:
        """How many different columns a row of headers names."""
        return len({column.key for cell in cells if (column := self.column_of(cell))})


def _c(key: str, russian: str, reading: Reading = Reading.VALUE, *other_names: str) -> Column:
    required = key.startswith("•")
    return Column(key.removeprefix("•"), russian, reading, required, other_names)


_PERSON = (
    _c("full_name", "ФИО", Reading.NAME, "Ф.И.О.", "Фамилия Имя Отчество", "Фамилия, имя, отчество"),
    _c("last_name", "Фамилия", Reading.NAME),
    _c("first_name", "Имя", Reading.NAME),
    _c("middle_name", "Отчество", Reading.NAME),
    _c("id", "Код", Reading.VALUE, "ИД", "Идентификатор"),
    _c("phone", "Телефон"),
)
_EMAIL = _c("email", "Почта", Reading.VALUE, "e-mail", "Электронная почта")
_SEX = _c("sex", "Пол")
_CAMPUS = _c("campus", "Корпус", Reading.NAME)
_GROUP = _c("•group", "Класс", Reading.CLASS, "Группа")
_SUBJECT = _c("•subject", "Предмет", Reading.NAME)
_NAME = _c("•name", "Название", Reading.NAME)
_START, _END = _c("•start", "Начало"), _c("•end", "Конец")
_VALIDITY = (_c("valid_from", "С"), _c("valid_to", "По"))
_CONSENT = (_c("consent_date", "Дата согласия"), _c("consent_withdrawn", "Согласие отозвано"))
_LESSON_NUMBER = _c("•number", "Урок", Reading.VALUE, "Номер урока", "№ урока")
_TEACHER = "Учитель"

SHEETS: tuple[SheetLayout, ...] = (
    SheetLayout("settings", "Настройки", (_c("•key", "Ключ"), _c("•value", "Значение"))),
    SheetLayout("terms", "Периоды", (_NAME, _START, _END, _c("kind", "Вид"), _c("grades", "Параллели"))),
    SheetLayout("holidays", "Каникулы", (_NAME, _START, _END)),
    SheetLayout(
        "bells",
        "Звонки",
        (_LESSON_NUMBER, _START, _END, _c("weekday", "День", Reading.VALUE, "День недели"), _CAMPUS),
    ),
    SheetLayout(
        "staff", "Сотрудники", (*_PERSON, _c("•roles", "Роли"), _EMAIL, _SEX, _CAMPUS), is_of_people=True
    ),
    SheetLayout("subjects", "Предметы", (_NAME, _c("short", "Сокращения", Reading.NAME))),
    SheetLayout(
        "groups",
        "Классы",
        (
            _c("•name", "Класс", Reading.CLASS, "Название"),
            _c("•grade", "Параллель"),
            _c("class_teacher", "Классный руководитель", Reading.NAME),
            _CAMPUS,
        ),
    ),
    SheetLayout(
        "pupils",
        "Ученики",
        (
            *_PERSON,
            _GROUP,
            _c("birth_date", "Дата рождения"),
            _SEX,
            _c("number", "Номер", Reading.VALUE, "№"),
            *_CONSENT,
        ),
        is_of_people=True,
    ),
    SheetLayout(
        "guardians",
        "Родители",
        (
            *_PERSON,
            _c("•pupil", "Ученик", Reading.NAME),
            _GROUP,
            _c("relation", "Кем приходится"),
            _EMAIL,
            *_CONSENT,
        ),
        is_of_people=True,
    ),
    SheetLayout(
        "courses",
        "Нагрузка",
        (
            _GROUP,
            _SUBJECT,
            _c("•teacher", _TEACHER, Reading.NAME),
            _c("subgroup", "Подгруппа", Reading.NAME),
            _c("hours_per_week", "Часов в неделю"),
            _c("plan_variant", "Вариант КТП"),
            *_VALIDITY,
        ),
    ),
    SheetLayout(
        "subgroups",
        "Подгруппы",
        (_GROUP, _SUBJECT, _c("•subgroup", "Подгруппа", Reading.NAME), _c("•pupil", "Ученик", Reading.NAME)),
    ),
    SheetLayout(
        "timetable",
        "Расписание",
        (
            _c("•weekday", "День", Reading.VALUE, "День недели"),
            _LESSON_NUMBER,
            _GROUP,
            _SUBJECT,
            _c("teacher", _TEACHER, Reading.NAME),
            _c("subgroup", "Подгруппа", Reading.NAME),
            _c("room", "Кабинет"),
            _c("week", "Неделя"),
            *_VALIDITY,
        ),
    ),
    SheetLayout(
        "plan",
        "КТП",
        (
            _SUBJECT,
            _c("•grade", "Параллель"),
            _c("•number", "№", Reading.VALUE, "Номер", "Номер урока", "№ урока"),
            _c("•topic", "Тема", Reading.TEXT),
            _c("variant", "Вариант"),
            _c("kind", "Вид"),
            _c("homework", "Домашнее задание", Reading.TEXT),
        ),
    ),
)
BY_KEY = {sheet.key: sheet for sheet in SHEETS}


def sheet_of(name: str) -> SheetLayout | None:
    """The sheet that a tab or a file is named for."""
    key = _header_key(name)
    return next((s for s in SHEETS if key in (_header_key(s.key), _header_key(s.russian))), None)


def _header_key(text: str) -> str:
    """Headers are equal without regard to case, spaces, underscores and the marks people add to them."""
    return fold(class_as_cyrillic(text).strip(" *•:.!\n").replace("_", " "))


@cache
def _names(sheet: str) -> dict[str, Column]:
    return {
        _header_key(name): column
        for column in BY_KEY[sheet].columns
        for name in (column.key, column.russian, *column.other_names)
    }
