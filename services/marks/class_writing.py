"""Writing what a message about the whole class says, as far as the rules allow (J4, J5, J7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceStatus, MarkValue
from db.queries.attendance import RegisterRow
from db.queries.timetable import LessonRow
from db.queries.works import KindRow, WorkRow
from services.actor import Account, Actor
from services.attendance import NewCell, set_cells
from services.errors import Locked, NotFound
from services.marks.giving import NewMark, Verdict, write_marks
from services.marks.placing import Answers, Fate, Item, Topic
from services.marks.works import add_work

_FATES = {Verdict.LOCKED: Fate.LOCKED, Verdict.FORM_ONE: Fate.FORM_ONE}
_TOPICS = {
    Verdict.ABSENT: Topic.ABSENCE,
    Verdict.EXEMPT: Topic.ABSENCE,
    Verdict.REASON_NEEDED: Topic.REASON,
}


@dataclass(slots=True)
class ClassWriting:
    """A message with its answers, about one kind of work of a lesson whose register the caller holds."""

    session: AsyncSession
    actor: Actor
    account: Account
    lesson: LessonRow
    register: RegisterRow
    kind: KindRow
    title: str
    columns: Sequence[WorkRow]
    """The works of the kind that the lesson has already."""
    answers: Answers
    now: datetime

    async def write(self, items: list[Item]) -> list[Item]:
        """Write what may be written. What is refused is tried no more, so that no work is added for it."""
        await set_cells(self.session, self.account, self.register, self._cells(items), now=self.now)
        while True:
            attempt = await self.session.begin_nested()
            judged = await self._attempt(items)
            if judged == items:
                await attempt.commit()
                return items
            await attempt.rollback()
            items = judged

    async def _attempt(self, items: list[Item]) -> list[Item]:
        columns = list(self.columns)
        wanted = [item for item in items if item.fate is Fate.WRITTEN and item.column is not None]
        if not wanted:
            return items
        try:
            while len(columns) <= max(item.column or 0 for item in wanted):
                columns.append(
                    await add_work(
                        self.session,
                        self.actor,
                        self.lesson,
                        kind_id=self.kind.kind_id,
                        title=self.title,
                        now=self.now,
                    )
                )
        except Locked:
            return [
                replace(item, fate=Fate.LOCKED) if item in wanted and _is_new(item, columns) else item
                for item in items
            ]
        marks = {item: self._mark(item, columns) for item in wanted}
        written = await write_marks(
            self.session,
            self.actor,
            self.lesson,
            list(marks.values()),
            reason=self.answers.reason,
            despite_absence=self._despite_absence(items),
            now=self.now,
        )
        verdicts = {(cell.pupil_id, cell.work_id): cell.verdict for cell in written.cells}
        return [
            self._judged(item, verdicts[mark.pupil_id, mark.work_id])
            if (mark := marks.get(item)) is not None
            else item
            for item in items
        ]

    def _cells(self, items: Sequence[Item]) -> list[NewCell]:
        minutes = {AttendanceStatus.LATE: self.answers.late_minutes}
        return [
            NewCell(item.pupil_id, item.value, minutes.get(item.value))
            for item in items
            if item.fate is Fate.WRITTEN and isinstance(item.value, AttendanceStatus)
        ]

    def _mark(self, item: Item, columns: Sequence[WorkRow]) -> NewMark:
        assert isinstance(item.value, MarkValue)
        assert item.column is not None
        due_on = self.answers.due_on if item.value is MarkValue.DEBT else None
        return NewMark(item.pupil_id, columns[item.column].work_id, item.value, due_on)

    def _despite_absence(self, items: Sequence[Item]) -> frozenset[int]:
        allowed = self.answers.despite_absence
        return frozenset(item.pupil_id for item in items) if allowed else frozenset()

    def _judged(self, item: Item, verdict: Verdict) -> Item:
        if verdict is Verdict.WRITTEN:
            return item
        if verdict in _FATES:
            return replace(item, fate=_FATES[verdict])
        if verdict in _TOPICS:
            return item.asked(_TOPICS[verdict], self.answers)
        raise NotFound


def _is_new(item: Item, columns: Sequence[WorkRow]) -> bool:
    return item.column is not None and item.column >= len(columns)
