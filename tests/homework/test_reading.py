"""What a teacher types, as tasks for all and for single pupils; nothing is guessed and nothing is lost."""

from __future__ import annotations

import pytest

from db.queries.homework import LessonPupil
from services.errors import InvalidInput
from services.homework_draft import TEXT_LIMIT, Draft
from services.homework_reading import Doubt, Extra, TaskReading, read_task
from services.vocabulary import Sex
from tests.world import MONDAY

IVANOV, PETROVA, SIDORENKO, KOVALEV, KOVALEVA = range(1, 6)


def pupil(pupil_id: int, name: str, sex: Sex) -> LessonPupil:
    last, first = name.split()
    return LessonPupil(pupil_id, last, first, "", sex, pupil_id)


PUPILS = [
    pupil(IVANOV, "Иванов Пётр", Sex.MALE),
    pupil(PETROVA, "Петрова-Водкина Ксения", Sex.FEMALE),
    pupil(SIDORENKO, "Сидоренко Матвей", Sex.MALE),
    pupil(KOVALEV, "Ковалёв Егор", Sex.MALE),
    pupil(KOVALEVA, "Ковалёва Дарья", Sex.FEMALE),
]


@pytest.mark.parametrize(
    ("typed", "for_all", "extras"),
    [
        ("§12 № 345–350", "§12 № 345–350", []),
        ("§12 № 345–350, Иванову ещё № 351", "§12 № 345–350", [((IVANOV,), "ещё № 351")]),
        ("§12; иванову еще № 351", "§12", [((IVANOV,), "еще № 351")]),
        ("§12\nИванову Петру — дополнительно № 7", "§12", [((IVANOV,), "дополнительно № 7")]),
        ("§12. Сидоренко ещё § 13.", "§12", [((SIDORENKO,), "ещё § 13")]),
        ("§12, а Петровой-Водкиной ещё № 1", "§12", [((PETROVA,), "ещё № 1")]),
        ("Иванову и Сидоренко ещё № 351, 352", "", [((IVANOV, SIDORENKO), "ещё № 351, 352")]),
        (
            "§12, Иванову ещё № 1, 2, Сидоренко ещё № 3",
            "§12",
            [((IVANOV,), "ещё № 1, 2"), ((SIDORENKO,), "ещё № 3")],
        ),
        ("Иванову ещё № 1, всем § 12", "всем § 12", [((IVANOV,), "ещё № 1")]),
        ("Иванову ещё № 1; принести атлас", "принести атлас", [((IVANOV,), "ещё № 1")]),
        ("§12, Дарье ещё № 5", "§12", [((KOVALEVA,), "ещё № 5")]),
        ("Повторить ещё раз правило", "Повторить ещё раз правило", []),
        ("§12, Пупкину ещё № 5", "§12, Пупкину ещё № 5", []),
        ("Иванову № 5", "Иванову № 5", []),
        ("§12, Иванову ещё", "§12, Иванову ещё", []),
        ("§12 <b>№ 5</b> 🤡, Иванову ещё <i>7</i>", "§12 <b>№ 5</b> 🤡", [((IVANOV,), "ещё <i>7</i>")]),
        ("", "", []),
    ],
)
def test_an_own_task_is_a_clause_that_names_one_pupil(
    typed: str, for_all: str, extras: list[tuple[tuple[int, ...], str]]
) -> None:
    assert read_task(typed, PUPILS) == TaskReading(for_all, tuple(Extra(*extra) for extra in extras))


def test_two_who_may_be_meant_are_a_question() -> None:
    read = read_task("§12, Ковалёву ещё № 351", PUPILS)
    assert read == TaskReading("§12", (), (Doubt("Ковалёву", "ещё № 351", (KOVALEV, KOVALEVA)),))


def test_of_two_names_only_the_doubtful_one_is_asked_about() -> None:
    read = read_task("§12, Иванову и Ковалёву ещё № 351", PUPILS)
    assert read.extras == (Extra((IVANOV,), "ещё № 351"),)
    assert [doubt.said for doubt in read.doubts] == ["Ковалёву"]


def draft(typed: str) -> Draft:
    return Draft(lesson_id=1, due_on=MONDAY).typed_anew(typed, PUPILS)


def test_an_answer_gives_the_task_to_that_pupil() -> None:
    settled = draft("§12, Ковалёву ещё № 351").settled(0, KOVALEV)
    assert (settled.text, settled.extras, settled.doubts) == ("§12", (Extra((KOVALEV,), "ещё № 351"),), ())


def test_words_that_are_nobodys_stay_for_all() -> None:
    settled = draft("§12, Ковалёву ещё № 351").settled(0, None)
    assert (settled.text, settled.extras, settled.doubts) == ("§12, Ковалёву ещё № 351", (), ())


@pytest.mark.parametrize(("index", "pupil_id"), [(0, IVANOV), (1, KOVALEV), (-1, KOVALEV)])
def test_an_answer_that_was_not_offered_changes_nothing(index: int, pupil_id: int) -> None:
    asked = draft("§12, Ковалёву ещё № 351")
    assert asked.settled(index, pupil_id) == asked


def test_the_whole_text_can_be_for_all() -> None:
    whole = draft("§12, Иванову ещё № 351").for_all_as_typed()
    assert (whole.text, whole.extras) == ("§12, Иванову ещё № 351", ())


def test_a_task_for_some_has_no_own_parts() -> None:
    some = draft("§12, Иванову ещё № 351").for_pupils([SIDORENKO])
    assert (some.text, some.extras, some.pupil_ids) == ("§12, Иванову ещё № 351", (), (SIDORENKO,))
    assert some.typed_anew("§13, Иванову ещё № 1", PUPILS).extras == ()


def test_a_caption_stands_beside_what_was_typed() -> None:
    assert draft("§12").with_caption("С доски", PUPILS).text == "§12\nС доски"


def test_every_change_is_another_version() -> None:
    first = draft("§12")
    versions = [
        changed.version
        for changed in (
            first.with_file(1),
            first.due(MONDAY, 3),
            first.for_pupils([1]),
            first.for_pupils(None),
        )
    ]
    assert all(version > first.version for version in versions)


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(InvalidInput):
        draft("я" * (TEXT_LIMIT + 1))
    assert draft("я" * TEXT_LIMIT).text


def test_invisible_characters_are_not_kept() -> None:
    assert draft("№\u202e 5\x00\u200b").text == "№ 5"
