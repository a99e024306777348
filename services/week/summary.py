"""What a pupil's week holds (C2), for the digest, the printed week and the information letter alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from db.enums import Answer, AttendanceStatus, FinalKind, MarkValue


class Trend(StrEnum):
    """Of an average, against what it was before the week."""

    UP = "up"
    FLAT = "flat"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class WeekMark:
    value: MarkValue
    day: date
    """Of its lesson."""
    kind: str
    """Of the work: «контрольная работа»."""
    title: str
    comment: str
    due_on: date | None
    """Of a debt: the last day to settle it."""


@dataclass(frozen=True, slots=True)
class SubjectWeek:
    """A subject in which the pupil has anything this term."""

    course_id: int
    """Of the pupil's latest mark in it."""
    subject: str
    marks: tuple[WeekMark, ...]
    """New in this week, by lesson; a debt point among them too."""
    average: Decimal | None
    """Of the term so far, half up; None when no mark counts."""
    trend: Trend | None
    """None when there was no average before the week, or there is none now."""
    debts: tuple[date, ...]
    """Of every open debt the last day to settle it, the nearest first."""


@dataclass(frozen=True, slots=True)
class WeekFinal:
    """A final mark given in this week; `term`: the term's name, None for the year and the exam."""

    subject: str
    kind: FinalKind
    term: str | None
    value: MarkValue


@dataclass(frozen=True, slots=True)
class MissedLesson:
    number: int
    subject: str
    status: AttendanceStatus
    """Absent or late."""
    late_minutes: int | None


@dataclass(frozen=True, slots=True)
class DayMissed:
    """Absences and late comings of a day, with what is known of the reason."""

    day: date
    lessons: tuple[MissedLesson, ...]
    answer: Answer | None
    """What a guardian stated."""
    reason: str | None
    """Confirmed by the class teacher, or planned beforehand: its name in the institution's dictionary."""

    @property
    def is_open(self) -> bool:
        """Lessons were missed, and nobody has said why."""
        absent = any(lesson.status is AttendanceStatus.ABSENT for lesson in self.lessons)
        return absent and self.reason is None and self.answer in (None, Answer.UNKNOWN)


@dataclass(frozen=True, slots=True)
class WeekTask:
    subject: str
    text: str
    """Empty: the task is in its files."""
    has_files: bool


@dataclass(frozen=True, slots=True)
class WeekControl:
    """A control work that the plan has for a coming lesson."""

    day: date
    subject: str
    topic: str


@dataclass(frozen=True, slots=True)
class WeekRemark:
    """A teacher's comment on a mark of this week."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class WeekEvent:
    day: date
    starts_at: time | None
    """Local to the school; None: all day."""
    title: str


@dataclass(frozen=True, slots=True)
class WeekSummary:
    """A pupil's week from `monday` to `last`, the last school day of it that has come."""

    pupil_id: int
    last_name: str
    first_name: str
    middle_name: str
    group: str | None
    has_marks: bool
    """False in form 1 (U7)."""
    monday: date
    last: date
    subjects: tuple[SubjectWeek, ...]
    """By name."""
    finals: tuple[WeekFinal, ...]
    missed: tuple[DayMissed, ...]
    """By day; what came after the digest of the week before is in it too."""
    homework_for: date | None
    """The next day by which something is to be done."""
    homework: tuple[WeekTask, ...]
    controls: tuple[WeekControl, ...]
    """Of the seven days ahead."""
    remark: WeekRemark | None
    """The latest."""
    events: tuple[WeekEvent, ...]
    """Of the seven days ahead, of the class and of the school."""

    @property
    def is_empty(self) -> bool:
        """There is nothing to say: averages and old debts alone are no news."""
        return not (
            any(subject.marks for subject in self.subjects)
            or self.finals
            or self.missed
            or self.homework
            or self.controls
            or self.events
        )


@cache
def _adapter() -> TypeAdapter[WeekSummary]:
    return TypeAdapter(WeekSummary)


def to_json(summary: WeekSummary) -> str:
    """As db.models.WeekSummary.content keeps it."""
    return _adapter().dump_json(summary).decode()


def from_json(content: dict[str, Any]) -> WeekSummary:
    """What `to_json` made, by this version or an older one."""
    return _adapter().validate_python(content)
