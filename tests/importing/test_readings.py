"""What is read as what: names, references, values, and what counts as equal."""

from __future__ import annotations

from datetime import date, time

import pytest

from services.importing.names import Name, name_fits, split_name
from services.importing.text import as_cyrillic, class_as_cyrillic, clean, fold_class
from services.importing.values import (
    NotAValue,
    parse_date,
    parse_grades,
    parse_phone,
    parse_time,
    parse_weekday,
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Петрова Анна Павловна", ("Петрова", "Анна", "Павловна")),
        ("Ким Вера", ("Ким", "Вера", "")),
        ("фон Берг Иван Карлович", ("фон Берг", "Иван", "Карлович")),
        ("Ван Дер Билт Ян", ("Ван Дер Билт", "Ян", "")),
        ("де ла Круз Мария Хосевна", ("де ла Круз", "Мария", "Хосевна")),
        ("Алиев Рустам Мамед оглы", ("Алиев", "Рустам", "Мамед оглы")),
        ("Алиева Лейла Мамед Кызы", ("Алиева", "Лейла", "Мамед Кызы")),
        ("Ниязов Бек Темир-улы", ("Ниязов", "Бек", "Темир-улы")),
        ("Римская – Корсакова Вера Ильинична", ("Римская-Корсакова", "Вера", "Ильинична")),
        ("Петрова А.П.", ("Петрова", "А.", "П.")),
    ],
)
def test_a_full_name_falls_into_its_parts(text: str, parts: tuple[str, str, str]) -> None:
    split = split_name(text)
    assert split is not None
    assert (split.name.last, split.name.first, split.name.middle) == parts
    assert not split.is_guess


def test_four_words_are_a_guess() -> None:
    split = split_name("Ибрагимов Абдул Рахман Магомедович")
    assert split is not None
    assert split.is_guess
    assert split.name == Name("Ибрагимов", "Абдул Рахман", "Магомедович")


@pytest.mark.parametrize("text", ["Петров", "фон Берг", "", "..."])
def test_a_surname_alone_is_no_name(text: str) -> None:
    assert split_name(text) is None


@pytest.mark.parametrize(
    "reference",
    ["ПЕТРОВА Анна Павловна", "Петрова А.П.", "петрова а. п.", "Петрова А", "Петрова Анна", "Петрова А.П"],
)
def test_a_reference_fits(reference: str) -> None:
    assert name_fits(reference, Name("Петрова", "Анна", "Павловна"))


@pytest.mark.parametrize("reference", ["Петрова", "Петрова Б.П.", "Петрова А.С.", "Петров А.П.", "А.П.", ""])
def test_a_reference_does_not_fit(reference: str) -> None:
    assert not name_fits(reference, Name("Петрова", "Анна", "Павловна"))


def test_classes_are_equal_without_spaces_hyphens_and_quotes() -> None:
    assert {fold_class(name) for name in ("7Б", "7 б", "7-Б", "7«Б»", '7"б"', "7\u00a0Б", "7–Б")} == {"7б"}


@pytest.mark.parametrize(
    ("text", "read"),
    [("Пeтpoвa", "Петрова"), ("Java", "Java"), ("Петров Java", "Петров Java"), ("Anna Ким", "Anna Ким")],
)
def test_only_words_of_lookalikes_are_cyrillic(text: str, read: str) -> None:
    assert as_cyrillic(text) == read


def test_a_lone_latin_letter_of_a_class_is_cyrillic() -> None:
    assert [class_as_cyrillic(name) for name in ("7A", "11-B", "7D")] == ["7А", "11-В", "7D"]


def test_emoji_and_markup_stay_and_marks_of_direction_go() -> None:
    family = "👨\u200d👩\u200d👧"
    assert clean(f"<b>{family}</b>") == (f"<b>{family}</b>", False)
    assert clean("\u202eИва\u200bнов\x00") == ("Иванов", True)
    assert clean("И\u0306од") == ("Йод", False)


@pytest.mark.parametrize(
    "text", ["2026-09-01", "01.09.2026", "1.9.2026", "2026-09-01 00:00:00", "46266", "01.09.2026 г."]
)
def test_dates(text: str) -> None:
    assert parse_date(text) == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("01.09.26", "01.09.2026"), ("31.06.2026", "30.06.2026"), ("1/9/2026", "01.09.2026"), ("вчера", None)],
)
def test_not_dates(text: str, nearest: str | None) -> None:
    with pytest.raises(NotAValue) as wrong:
        parse_date(text)
    assert wrong.value.suggestion == nearest


@pytest.mark.parametrize(
    "text", ["8:30", "08:30", "08.30", "08-30", "8:30:00", "0.354166666666667", "0,3541667"]
)
def test_times(text: str) -> None:
    assert parse_time(text) == time(8, 30)


@pytest.mark.parametrize(
    "text",
    [
        "+7 900 100-00-01",
        "8 (900) 100 00 01",
        "89001000001",
        "9001000001",
        "7 900 100 00 01",
        "тел. 8-900-100-00-01",
    ],
)
def test_phones(text: str) -> None:
    assert parse_phone(text) == "+79001000001"


@pytest.mark.parametrize("text", ["", "нет", "12-34-56", "8900100000", "٧٩٠٠"])
def test_not_phones(text: str) -> None:
    with pytest.raises(NotAValue):
        parse_phone(text)


def test_grades() -> None:
    assert parse_grades("5-7, 9") == (5, 6, 7, 9)


@pytest.mark.parametrize("text", ["3", "ср", "Ср.", "СРЕДА", "wednesday"])
def test_weekdays(text: str) -> None:
    assert parse_weekday(text) == 3
