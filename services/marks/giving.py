"""Giving marks (J4), changing and removing them (J5).

A mark is set and never toggled, so what comes twice does no harm. A mark that stands is changed freely until
its undo window closes; afterwards a change asks for a reason, and goes to the history with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import MarkValue
from db.queries import mark_sheet, registers
from db.queries import marks as queries
from db.queries.mark_rules import Verdict
from db.queries.mark_sheet import SheetCell, SheetRow, Tapped
from db.queries.marks import CellVerdict
from db.queries.timetable import LessonRow
from services.access.lessons import access_lesson
from services.access.permissions import Permission
from services.actor import Account, Actor
from services.clock import Clock
from services.errors import InvalidInput, Locked, NotFound
from services.marks.works import BY_PRESET, check_begun
from services.typed import tidy_line

__all__ = [
    "CellVerdict",
    "MarkService",
    "NewMark",
    "SheetCell",
    "SheetRow",
    "Tapped",
    "Verdict",
    "Written",
    "write_marks",
]

MAX_COMMENT = 200
MAX_REASON = 200
MAX_DEBT_DAYS = 366


@dataclass(frozen=True, slots=True)
class NewMark:
    """What is to stand in a cell."""

    pupil_id: int
    work_id: int
    value: MarkValue | None
    """None removes the mark."""
    due_on: date | None = None
    """Of a debt point, and only of one: the last day to settle it."""
    comment: str | None = None
    """None leaves the comment as it is."""
    only_if_empty: bool = False
    """What stands in the cell by now stays (TAKEN)."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of each mark, in the order given."""

    cells: tuple[CellVerdict, ...]

    @property
    def written(self) -> tuple[CellVerdict, ...]:
        return tuple(cell for cell in self.cells if cell.verdict is Verdict.WRITTEN)

    @property
    def refused(self) -> tuple[CellVerdict, ...]:
        """Cells that stand as before, each with the reason."""
        return tuple(cell for cell in self.cells if cell.verdict is not Verdict.WRITTEN)


class MarkService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def write(
        self,
        *,
        actor: Actor,
        lesson_id: int,
        marks: Sequence[NewMark],
        reason: str = "",
        despite_absence: frozenset[int] = frozenset(),
    ) -> Written:
        """Write marks of one lesson in one transaction; what the rules forbid is left out and named.

        `reason`: why marks that stand are changed. `despite_absence`: the pupils of whom the teacher said
        that they earned a mark although they stand as absent or are exempt. Raises NotFound, InvalidInput.
        """
        async with self._db.transaction() as session:
            lesson = await access_lesson(session, actor, lesson_id, Permission.KEEP_JOURNAL)
            return await write_marks(
                session,
                actor,
                lesson,
                marks,
                reason=reason,
                despite_absence=despite_absence,
                now=self._clock.now(),
            )

    async def look(self, *, account: Account, work_id: int) -> SheetRow:
        """A work with its pupils, in one statement. Raises NotFound when the account's holder does not give
        its lesson."""
        async with self._db.statement() as session:
            sheet = await mark_sheet.look(session, **self._by(account, work_id))
        if sheet is None:
            raise NotFound
        return sheet

    async def tap(
        self, *, account: Account, mark: NewMark, reason: str = "", despite_absence: bool = False
    ) -> Tapped:
        """Write one mark and read its work. The hot path: one statement.

        The verdict says whether it was written: for a question to the teacher (ABSENT, EXEMPT,
        REASON_NEEDED) the same mark is given again with `despite_absence` or a `reason`. Raises NotFound,
        InvalidInput.
        """
        check_debt_day(mark, self._clock.now())
        return await self._tap(account, mark, reason, despite_absence=despite_absence)

    async def _tap(self, account: Account, mark: NewMark, reason: str, *, despite_absence: bool) -> Tapped:
        cell = as_cell(mark, frozenset({mark.pupil_id} if despite_absence else ()))
        async with self._db.statement() as session:
            tapped = await mark_sheet.tap(
                session,
                **self._by(account, mark.work_id),
                cells=[cell],
                reason=checked_reason(reason),
            )
        if tapped is None:
            raise NotFound
        if not tapped.sheet.begun:
            raise InvalidInput(problem="marks_not_begun")
        if tapped.verdict is None:
            raise NotFound
        return tapped

    async def comment(self, *, account: Account, work_id: int, pupil_id: int, comment: str) -> SheetRow:
        """Write words beside a mark that stands. Raises NotFound, Locked, InvalidInput."""
        sheet = await self.look(account=account, work_id=work_id)
        cell = next((cell for cell in sheet.cells if cell.pupil_id == pupil_id), None)
        if cell is None or cell.value is None:
            raise NotFound
        mark = NewMark(pupil_id, work_id, cell.value, cell.due_on, comment)
        tapped = await self._tap(account, mark, "", despite_absence=True)
        if tapped.verdict is Verdict.LOCKED:
            raise Locked(date=sheet.date)
        return tapped.sheet

    def _by(self, account: Account, work_id: int) -> dict[str, Any]:
        return {
            "account_school_id": account.school_id,
            "channel": account.channel,
            "external_user_id": account.external_user_id,
            "work_id": work_id,
            "now": self._clock.now(),
            **BY_PRESET,
        }


async def write_marks(
    session: AsyncSession,
    actor: Actor,
    lesson: LessonRow,
    marks: Sequence[NewMark],
    *,
    reason: str = "",
    despite_absence: frozenset[int] = frozenset(),
    now: datetime,
) -> Written:
    """`MarkService.write` within the caller's transaction, for a lesson that the actor may keep."""
    check_begun(lesson, now)
    for mark in marks:
        check_debt_day(mark, now)
    cells = {(mark.pupil_id, mark.work_id): as_cell(mark, despite_absence) for mark in marks}
    if len(cells) != len(marks):
        raise InvalidInput(problem="two_marks_in_a_cell")
    await registers.keep(session, lesson.lesson_id)
    verdicts = await queries.write(
        session,
        school_id=actor.school_id,
        lesson_id=lesson.lesson_id,
        actor_id=actor.person_id,
        binding_id=actor.binding_id,
        cells=list(cells.values()),
        reason=checked_reason(reason),
        now=now,
        **BY_PRESET,
    )
    of_cell = {(cell.pupil_id, cell.work_id): cell for cell in verdicts}
    return Written(tuple(of_cell[key] for key in cells))


def check_debt_day(mark: NewMark, now: datetime) -> None:
    """A debt is due on a day to come. Raises InvalidInput."""
    # A day early, because it may still be yesterday by UTC.
    if mark.due_on is not None and not -1 <= (mark.due_on - now.date()).days <= MAX_DEBT_DAYS:
        raise InvalidInput(problem="debt_day")


def as_cell(mark: NewMark, despite_absence: frozenset[int]) -> dict[str, Any]:
    """A mark as the statement reads it. Raises InvalidInput."""
    if (mark.value is MarkValue.DEBT) != (mark.due_on is not None):
        raise InvalidInput(problem="debt_day")
    comment = None if mark.comment is None else tidy_line(mark.comment)
    if comment is not None and len(comment) > MAX_COMMENT:
        raise InvalidInput(problem="mark_comment")
    return {
        "work_id": mark.work_id,
        "pupil_id": mark.pupil_id,
        "value": mark.value,
        "due_on": mark.due_on and mark.due_on.isoformat(),
        "comment": comment,
        "despite_absence": mark.pupil_id in despite_absence,
        "only_if_empty": mark.only_if_empty,
    }


def checked_reason(reason: str) -> str:
    words = tidy_line(reason)
    if len(words) > MAX_REASON:
        raise InvalidInput(problem="mark_reason")
    return words
