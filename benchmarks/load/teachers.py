"""Teachers, each in a lesson of their own, what they tap, and what stands in their chats when all is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, cycle, islice
from typing import Any

from sqlalchemy import select

from benchmarks.broadcast import acting
from benchmarks.place import account_of
from db.engine import Database
from db.enums import StaffRole
from db.models import StaffAppointment
from handlers.callbacks.marks import SetMark
from handlers.callbacks.register import SetCell
from handlers.screen import Screen
from handlers.texts.marks import next_screen
from handlers.texts.register import register_screen
from services.actor import Account, Actor
from services.attendance import AttendanceService, RegisterRow
from services.clock import Clock
from services.lessons import LessonService
from services.marks.giving import MarkService
from services.marks.works import WorkService
from services.vocabulary import AttendanceStatus, MarkValue

REGISTER, MARKS = range(2)
"""The messages of a chat."""


@dataclass(frozen=True, slots=True)
class Tap:
    message: int
    data: str
    pupil_id: int
    value: AttendanceStatus | MarkValue


@dataclass
class Teacher:
    actor: Actor
    account: Account
    register: RegisterRow
    """As it was when it was opened."""
    has_marks: bool
    """Not in form 1."""
    work_id: int = 0
    last: dict[tuple[int, int], Tap] = field(default_factory=dict)
    """The last tap by message and pupil; the newest comes last."""

    def __post_init__(self) -> None:
        pupils = [cell.pupil_id for cell in self.register.cells]
        some, others = (pupils[::2], pupils[1::2]) if self.has_marks else (pupils, [])
        registers, marks = self._register_taps(some), self._mark_taps(others)
        self._taps = chain.from_iterable(zip(registers, marks, strict=True)) if others else registers

    @property
    def user_id(self) -> int:
        return self.account.external_user_id

    @property
    def messages(self) -> int:
        return 2 if self.has_marks else 1

    def next_taps(self, number: int) -> list[tuple[int, str]]:
        taps = list(islice(self._taps, number))
        for tap in taps:
            self.last.pop((tap.message, tap.pupil_id), None)
            self.last[tap.message, tap.pupil_id] = tap
        return [(tap.message, tap.data) for tap in taps]

    def _register_taps(self, pupils: list[int]) -> Iterator[Tap]:
        """All absent, one after another, then all back: every tap changes something."""
        lesson_id = self.register.lesson_id
        for status in cycle([AttendanceStatus.ABSENT, AttendanceStatus.PRESENT]):
            for pupil_id in pupils:
                data = SetCell(lesson_id=lesson_id, pupil_id=pupil_id, status=status).pack()
                yield Tap(REGISTER, data, pupil_id, status)

    def _mark_taps(self, pupils: list[int]) -> Iterator[Tap]:
        """Those who are present get a five, then a four, and so on, within the undo window."""
        for value in cycle([MarkValue.FIVE, MarkValue.FOUR]):
            for pupil_id in pupils:
                data = SetMark(work_id=self.work_id, pupil_id=pupil_id, value=value).pack()
                yield Tap(MARKS, data, pupil_id, value)


async def teachers_in_lessons(db: Database, clock: Clock, wanted: int) -> list[Teacher]:
    """So many, each in a lesson of today."""
    async with db.transaction() as session:
        roles = select(StaffAppointment.person_id).where(StaffAppointment.role == StaffRole.TEACHER)
        staff = (await session.scalars(roles.distinct().order_by(StaffAppointment.person_id))).all()
        people = [
            (await acting(session, person_id, clock), await account_of(session, person_id))
            for person_id in staff
        ]
    found: list[Teacher] = []
    for actor, account in people:
        lesson = (await LessonService(db, clock).day(actor=actor)).current()
        if lesson is not None and len(found) < wanted:
            register = await AttendanceService(db, clock).open(actor=actor, lesson_id=lesson.lesson_id)
            found.append(Teacher(actor, account, register, lesson.has_marks))
    assert len(found) == wanted, f"{len(found)} teachers have a lesson"
    return found


async def add_works(db: Database, clock: Clock, teachers: list[Teacher]) -> None:
    """A work without marks for everybody, so that nothing in it asks for a reason."""
    works = WorkService(db, clock)
    for teacher in teachers:
        if teacher.has_marks:
            kind = (await works.kinds(actor=teacher.actor))[0]
            lesson_id = teacher.register.lesson_id
            added = await works.add(actor=teacher.actor, lesson_id=lesson_id, kind_id=kind.kind_id)
            teacher.work_id = added.work_id
            teacher.last = {key: tap for key, tap in teacher.last.items() if tap.message == REGISTER}


async def screens(db: Database, clock: Clock, teacher: Teacher) -> dict[int, tuple[str, Any]]:
    """What ought to stand in the messages that were tapped; the database holds what was tapped last."""
    found = {}
    tapped = teacher.last.values()
    if any(tap.message == REGISTER for tap in tapped):
        register = await AttendanceService(db, clock).open(
            actor=teacher.actor, lesson_id=teacher.register.lesson_id
        )
        statuses: dict[int, Any] = {cell.pupil_id: cell.status for cell in register.cells}
        assert all(statuses[tap.pupil_id] == tap.value for tap in tapped if tap.message == REGISTER)
        found[REGISTER] = _in_chat(register_screen(register))
    marks = [tap for tap in tapped if tap.message == MARKS]
    if marks:
        sheet = await MarkService(db, clock).look(account=teacher.account, work_id=teacher.work_id)
        values: dict[int, Any] = {cell.pupil_id: cell.value for cell in sheet.cells}
        assert all(values[tap.pupil_id] == tap.value for tap in marks)
        found[MARKS] = _in_chat(next_screen(sheet, marks[-1].pupil_id))
    return found


def _in_chat(screen: Screen) -> tuple[str, Any]:
    keyboard = screen.keyboard()
    assert keyboard is not None
    return screen.text.strip(), keyboard.model_dump(mode="json", exclude_none=True)
