from __future__ import annotations

from collections.abc import Callable

import pytest

from services.marks.message import ListedPupil, ReadMarks, Sex
from services.marks.reading import read_marks

Read = Callable[[str], ReadMarks]
Class = Callable[..., Read]


@pytest.fixture
def class_of() -> Class:
    """A class of pupils named «Иванов Пётр м», numbered from 1, and how messages are read there."""

    def build(*pupils: str) -> Read:
        listed = [ListedPupil(number, *_name_and_sex(pupil)) for number, pupil in enumerate(pupils, 1)]
        return lambda message: read_marks(message, listed)

    return build


def _name_and_sex(pupil: str) -> tuple[str, Sex]:
    name, _, sex = pupil.rpartition(" ")
    return name, Sex(sex)


def written(read: ReadMarks) -> dict[str, str]:
    """«Фамилия Имя»: the marks with spaces."""
    return {entry.pupil.full_name: " ".join(entry.values) for entry in read.entries}


def asked(read: ReadMarks) -> list[list[str]]:
    return [[pupil.full_name for pupil in question.candidates] for question in read.ambiguous]
