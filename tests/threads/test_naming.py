"""Which subject some words are about, and which hours."""

from __future__ import annotations

from datetime import time

import pytest

from services.errors import InvalidInput
from services.threads.hours import read_hours
from services.threads.naming import line_about, named

SUBJECTS = (
    "Алгебра",
    "Русский язык",
    "Родной русский язык",
    "Английский язык",
    "Физика",
    "Физическая культура",
    "ИЗО",
)


@pytest.mark.parametrize(
    ("words", "subjects"),
    [
        ("Алгебра 5 4 4     4,33 ↑", {"Алгебра"}),
        ("А можно пересдать по алгебре?", {"Алгебра"}),
        ("что задали по русскому языку", {"Русский язык"}),
        ("родному русскому языку нужен учебник", {"Родной русский язык"}),
        ("По физике и алгебре", {"Физика", "Алгебра"}),
        ("физической культуре", {"Физическая культура"}),
        ("изо завтра будет?", {"ИЗО"}),
        ("можно ли нам прийти позже? изобразите", set()),
        ("", set()),
        ("🤡 <b>алгебр</b>", {"Алгебра"}),
    ],
)
def test_words_name_a_subject_in_any_case(words: str, subjects: set[str]) -> None:
    assert named(SUBJECTS, words) == subjects


def test_the_line_of_a_subject_is_found_in_a_message() -> None:
    digest = "Пётр, 7Б\n\nАлгебра      5 4 4   4,33 ↑\nРусский язык 3"
    assert line_about(["Алгебра"], digest) == "Алгебра 5 4 4 4,33 ↑"
    assert line_about(["Химия"], digest) == ""


def test_hours_are_read_as_people_write_them() -> None:
    week = read_hours("Пн–Пт с 9 до 16, сб: 10.00-12:30")
    assert week == dict.fromkeys(range(1, 6), (time(9), time(16))) | {6: (time(10), time(12, 30))}
    assert read_hours("9-16") == dict.fromkeys(range(1, 7), (time(9), time(16)))
    for typed in ("", "завтра", "16-9", "25-26", "пт-пн 9-16", "пн 9", "9-16, ?", "я" * 5000):
        with pytest.raises(InvalidInput):
            read_hours(typed)
