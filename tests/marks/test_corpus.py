"""What teachers wrote and what they meant: not one wrong mark, and most of them found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.marks.message import ReadMarks
from services.marks.reading import read_marks
from tests.marks.corpus import CLASSES, Case, cases, class_list

CASES = list(cases())
PUPILS = {group: class_list(group) for group in CLASSES}
FLOOR = 0.95
GUIDE = Path(__file__).parents[2] / "docs/marks-in-one-message.md"


def _read(case: Case) -> ReadMarks:
    return read_marks(case.message, PUPILS[case.group])


def _written(read: ReadMarks) -> dict[int | None, tuple[str, ...]]:
    return {entry.pupil.number: entry.values for entry in read.entries}


def test_the_set_has_four_hundred_messages_over_four_peoples_names() -> None:
    assert len(CASES) >= 400
    assert {case.group for case in CASES} == set(CLASSES)


def test_no_mark_is_written_to_a_pupil_who_was_not_meant() -> None:
    wrong = [
        f"{case}: {number}={values}"
        for case in CASES
        for number, values in _written(_read(case)).items()
        if number is None or case.marks.get(number) != values
    ]
    assert wrong == []


def test_most_marks_are_found(record_property: Callable[[str, object], None]) -> None:
    meant = sum(len(case.marks) for case in CASES)
    found = sum(len(_written(_read(case))) for case in CASES)
    recall = f"{100 * found / meant:.1f}".replace(".", ",")
    record_property("recall", recall)
    assert found / meant >= FLOOR
    assert f"{len(CASES)} сообщения" in GUIDE.read_text("utf-8")
    assert f"{recall} %" in GUIDE.read_text("utf-8")


@pytest.mark.parametrize("case", [case for case in CASES if case.questions], ids=str)
def test_the_teacher_is_asked_between_just_these_pupils(case: Case) -> None:
    asked = [({p.number for p in question.candidates}, question.values) for question in _read(case).ambiguous]
    assert asked == case.questions


@pytest.mark.parametrize("case", [case for case in CASES if case.has_unmatched], ids=str)
def test_what_nobody_can_know_is_left_and_shown(case: Case) -> None:
    assert _read(case).unmatched


def test_the_kind_of_work_is_read_and_never_invented() -> None:
    assert [str(case) for case in CASES if _read(case).work != case.work] == []
