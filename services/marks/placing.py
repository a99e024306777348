"""Where the marks of one message go: into which columns, over what, and what is to be asked first (J4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from db.enums import AttendanceStatus, MarkValue
from db.queries.attendance import RegisterRow
from services.marks.message import Entry

MARKS: Mapping[str, MarkValue] = {
    "2": MarkValue.TWO,
    "3": MarkValue.THREE,
    "4": MarkValue.FOUR,
    "5": MarkValue.FIVE,
    "зч": MarkValue.PASSED,
    "нз": MarkValue.FAILED,
    "осв": MarkValue.EXEMPT,
    "•": MarkValue.DEBT,
}
ATTENDANCE: Mapping[str, AttendanceStatus] = {"н": AttendanceStatus.ABSENT, "о": AttendanceStatus.LATE}


class Topic(StrEnum):
    """What a teacher is asked about a message."""

    KIND = "kind"
    WHO = "who"
    MINUTES = "minutes"
    DUE_DAY = "due_day"
    ABSENCE = "absence"
    """A mark of somebody who was away or is exempt."""
    REASON = "reason"


class Fate(StrEnum):
    """What becomes of one mark of a message."""

    WRITTEN = "written"
    STANDS = "stands"
    """The cell says so already."""
    KEPT = "kept"
    """«Остальные» never replaces what somebody has."""
    EXEMPT = "exempt"
    """«Остальные» are never those who need not do the subject."""
    LEFT_OUT = "left_out"
    """The teacher said not to."""
    CONTRADICTION = "contradiction"
    """Absent and late at once."""
    LOCKED = "locked"
    """J5."""
    FORM_ONE = "form_one"
    """U7."""
    ASKED = "asked"
    """Open until the question of its `topic` is answered."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the teacher has answered about a message so far."""

    kind_id: int | None = None
    who: tuple[tuple[int, ...] | None, ...] = ()
    """Pupils meant by each question of the reading, in their order; empty: nobody; None: all of them."""
    late_minutes: int | None = None
    due_on: date | None = None
    """Of debts: the last day to settle them."""
    despite_absence: bool = False
    reason: str = ""
    """Why marks that stand are changed."""
    left_out: frozenset[Topic] = frozenset()
    """What is not to be written, instead of an answer."""


Value = MarkValue | AttendanceStatus


@dataclass(frozen=True, slots=True)
class Item:
    """One mark or absence that a message gives to a pupil."""

    pupil_id: int
    value: Value
    column: int | None
    """Which work of the kind in the lesson, from 0; None: the register."""
    before: Value | None
    """What stands there now."""
    fate: Fate
    topic: Topic | None = None
    """Of a fate ASKED or LEFT_OUT."""
    is_rest: bool = False

    def asked(self, topic: Topic, answers: Answers) -> Item:
        """The item waits for an answer, unless the teacher has said to leave such things out."""
        fate = Fate.LEFT_OUT if topic in answers.left_out else Fate.ASKED
        return replace(self, fate=fate, topic=topic)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a lesson holds before the message."""

    register: RegisterRow
    has_marks: bool
    marks: Mapping[tuple[int, int], MarkValue]
    """By column (see Item) and pupil."""

    @property
    def exempt(self) -> frozenset[int]:
        """The pupils who need not do the subject on this day."""
        return frozenset(cell.pupil_id for cell in self.register.cells if cell.exempt)


def place(entries: Sequence[Entry], standing: Standing, answers: Answers) -> list[Item]:
    """Every mark of the entries with its cell; those with the fate WRITTEN are still to be tried."""
    return [item for entry in entries for item in _of_entry(entry, standing, answers)]


def _of_entry(entry: Entry, standing: Standing, answers: Answers) -> Iterator[Item]:
    pupil_id = entry.pupil.pupil_id
    assert pupil_id is not None
    attendance = list(dict.fromkeys(ATTENDANCE[said] for said in entry.values if said in ATTENDANCE))
    for status in attendance:
        item = _in_register(pupil_id, status, standing.register, answers, is_rest=entry.is_rest)
        yield item if len(attendance) == 1 else replace(item, fate=Fate.CONTRADICTION, topic=None)
    for column, value in enumerate(MARKS[said] for said in entry.values if said in MARKS):
        before = standing.marks.get((column, pupil_id))
        item = Item(pupil_id, value, column, before, Fate.WRITTEN, is_rest=entry.is_rest)
        yield _mark(item, standing, answers)


def _mark(item: Item, standing: Standing, answers: Answers) -> Item:
    if not standing.has_marks:
        return replace(item, fate=Fate.FORM_ONE)
    if item.before is item.value:
        return replace(item, fate=Fate.STANDS)
    if item.is_rest and item.before is not None:
        return replace(item, fate=Fate.KEPT)
    if item.is_rest and item.value is not MarkValue.EXEMPT and item.pupil_id in standing.exempt:
        return replace(item, fate=Fate.EXEMPT)
    if item.value is MarkValue.DEBT and answers.due_on is None:
        return item.asked(Topic.DUE_DAY, answers)
    return item


def _in_register(
    pupil_id: int, status: AttendanceStatus, register: RegisterRow, answers: Answers, *, is_rest: bool
) -> Item:
    cell = next(cell for cell in register.cells if cell.pupil_id == pupil_id)
    before = None if cell.status is AttendanceStatus.PRESENT else cell.status
    item = Item(pupil_id, status, None, before, Fate.WRITTEN, is_rest=is_rest)
    if before is status:
        return replace(item, fate=Fate.STANDS)
    if is_rest and cell.source is not None:
        return replace(item, fate=Fate.KEPT)
    if register.locked:
        return replace(item, fate=Fate.LOCKED)
    if status is AttendanceStatus.LATE and answers.late_minutes is None:
        return item.asked(Topic.MINUTES, answers)
    return item
