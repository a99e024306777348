"""What holds for whatever is typed, in whatever class."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.marks.matching import ClassList
from services.marks.message import ListedPupil, ReadMarks
from services.marks.names import decline, names_of
from services.marks.reading import read_marks
from services.marks.tokens import plain, tokens_of
from services.marks.words import Role
from tests.marks.corpus import CLASSES, class_list

PUPILS = {group: class_list(group) for group in CLASSES}
VALUES = {"2", "3", "4", "5", "н", "о", "зч", "нз", "осв", "•"}
MEANINGLESS = (Role.SIGN, Role.FILLER, Role.AND)
PIECES = [
    *(
        "5",
        "4 3",
        "н",
        "55",
        "6",
        "10",
        "1-5",
        "2-4",
        "1-5: 4",
        "с 1 по 3",
        "•",
        "осв",
        "5-",
        "•",
        "№ 3",
        "?",
        "12",
    ),
    *(
        ",",
        ";",
        "\n",
        ":",
        " - ",
        "-",
        ".",
        "и",
        "или",
        "не",
        "ой",
        "у",
        "по",
        "(",
        ")",
        "/",
        "✅",
        "Пупкин",
        "молодец",
    ),
    *(
        "остальные",
        "все",
        "кроме",
        "к/р:",
        "с/р",
        "за",
        "Н.",
        "П.",
        "о",
        "И",
        "нет",
        "не был",
        "пять",
        "минус",
    ),
    *(word for pupil in PUPILS["bezhetsk"] for word in pupil.full_name.split()),
    *("Иванову", "Иванова", "Саша", "Кузнецовой", "сидоренк", "Петрова", "Романа"),
]
messages = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join))


def _texts(read: ReadMarks) -> str:
    said = chain.from_iterable(entry.said for entry in read.entries)
    asked = (question.text for question in read.ambiguous)
    return " ".join([*said, *asked, *read.unmatched, read.work_text])


@settings(max_examples=400, deadline=None)
@given(messages, st.sampled_from(CLASSES))
def test_no_message_breaks_it_and_only_listed_pupils_get_known_marks(message: str, group: str) -> None:
    read = read_marks(message, PUPILS[group])
    assert len({entry.pupil for entry in read.entries}) == len(read.entries)
    for entry in read.entries:
        assert entry.pupil in PUPILS[group]
        assert entry.values
        assert VALUES.issuperset(entry.values)
    for question in read.ambiguous:
        assert len(question.candidates) > 1
        assert set(PUPILS[group]).issuperset(question.candidates)
        assert VALUES.issuperset(question.values)


@settings(max_examples=400, deadline=None)
@given(messages, st.sampled_from(CLASSES))
def test_every_word_and_number_is_in_the_answer(message: str, group: str) -> None:
    pupils = PUPILS[group]
    text = plain(message)
    said = [
        text[token.start : token.end].rstrip(".")
        for token in tokens_of(text, ClassList(pupils).wholes)
        if token.role not in MEANINGLESS
    ]
    answer = _texts(read_marks(message, pupils))
    assert [word for word in said if word not in answer] == []


@pytest.mark.parametrize("group", CLASSES)
def test_any_case_of_a_surname_finds_its_bearer_or_asks(group: str) -> None:
    """A form of one pupil's surname never writes a mark to another."""
    for pupil in PUPILS[group]:
        for form in sorted(names_of(pupil.full_name, pupil.sex).surname.forms):
            read = read_marks(f"{form} 5", PUPILS[group])
            meant = [entry.pupil for entry in read.entries] or [
                p for q in read.ambiguous for p in q.candidates
            ]
            assert pupil in meant, form
            assert len(read.entries) + len(read.ambiguous) == 1


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_one_typing_error_never_writes_to_another_pupil(data: st.DataObject) -> None:
    group = data.draw(st.sampled_from(CLASSES))
    pupil = data.draw(st.sampled_from(PUPILS[group]))
    surname = pupil.full_name.split()[0].lower()
    at = data.draw(st.integers(0, len(surname) - 1))
    letter = data.draw(st.sampled_from("абвгдежзийклмнопрстуфхцчшщыьэюя"))
    typed = data.draw(
        st.sampled_from([surname[:at] + surname[at + 1 :], surname[:at] + letter + surname[at + 1 :]])
    )
    others_own = {names_of(p.full_name, p.sex).surname.whole for p in PUPILS[group] if p != pupil}
    forms_of_others = set().union(
        *(names_of(p.full_name, p.sex).surname.forms for p in PUPILS[group] if p != pupil)
    )
    if ClassList([pupil]).wholes & others_own or typed.replace("ё", "е") in forms_of_others:
        return
    got = {entry.pupil for entry in read_marks(f"{typed} 5", PUPILS[group]).entries}
    assert got <= {pupil}


@given(st.permutations(PUPILS["kazan"]))
def test_the_order_of_the_list_does_not_matter(pupils: list[ListedPupil]) -> None:
    message = "Ахметзянов 5, Камил 4, 7-3, Закирова н, остальные 4"
    read, again = read_marks(message, PUPILS["kazan"]), read_marks(message, pupils)
    assert {(e.pupil, e.values) for e in read.entries} == {(e.pupil, e.values) for e in again.entries}


def test_declension_is_the_same_whatever_the_letter_case_and_yo() -> None:
    forms = names_of("КОВАЛЁВ Пётр", None).surname.forms
    assert forms == names_of("Ковалев Петр", None).surname.forms
    assert {form for case in decline("ковалев", "surnames", None) for form in case} == forms


def test_four_thousand_characters_of_names_are_read() -> None:
    message = " ".join(re.findall(r"\w+", " ".join(p.full_name for p in PUPILS["altai"])) * 20)[:4096]
    assert read_marks(message, PUPILS["altai"]).unmatched
