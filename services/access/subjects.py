"""What permissions are asked about: just enough of a thing for the predicates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SchoolSubject:
    school_id: int


@dataclass(frozen=True, slots=True)
class GroupSubject:
    school_id: int
    group_id: int


@dataclass(frozen=True, slots=True)
class PupilSubject:
    """A pupil and the classes they are enrolled in today."""

    school_id: int
    pupil_id: int
    group_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class LessonSubject:
    school_id: int
    lesson_id: int
    date: date
    teacher_id: int
    substitute_id: int | None
    group_ids: frozenset[int]


Subject = SchoolSubject | GroupSubject | PupilSubject | LessonSubject
