"""A work's cells as its teacher sees them, and the tap that writes one of them (J4).

A tap is one statement: who taps, may they, the mark with its history and messages, and the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CTE,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    not_,
    null,
    select,
)
from sqlalchemy.orm import aliased

from db.engine import Executor
from db.enums import AttendanceStatus, MarkValue
from db.models import Attendance, Lesson, Mark, Person, Work, WorkKind
from db.queries.arrays import array_of, beside, by_text
from db.queries.exemptions import exempt
from db.queries.locks import NOW
from db.queries.mark_rules import Verdict, last_day, lesson_head, pupils_of, stands
from db.queries.marks import Writing, writing
from db.queries.tapping import account_holder, gives_lesson
from db.queries.timetable import FORM_WITHOUT_MARKS
from db.queries.works import last_day_to_fill, mark_days
from db.statements import made_once


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A pupil's cell in a work."""

    pupil_id: int
    last_name: str
    first_name: str
    middle_name: str
    number: int | None
    """In the class list."""
    absent: bool
    """Stands as absent in this lesson."""
    value: MarkValue | None
    due_on: date | None
    comment: str
    locked: bool
    """It may not be written now (J5)."""
    form_one: bool
    """No mark may be given (U7)."""
    exempt: bool = False
    """The pupil need not do the subject on this day."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A work with the pupils of its lesson."""

    lesson_id: int
    work_id: int
    number: int
    subject: str
    groups: str
    zone: str
    """IANA name of the school's time zone."""
    today: date
    begun: bool
    """Marks may be given: not before the register."""
    kind: str
    short_name: str
    title: str
    weight: Decimal
    works: int
    """In this lesson."""
    due_on: date
    """The last day on which its marks are in time (J4)."""
    date: date
    cells: tuple[SheetCell, ...]


@dataclass(frozen=True, slots=True)
class Tapped:
    """The sheet after a tap, and what became of the cell; None: the pupil has none, or it is too early."""

    sheet: SheetRow
    verdict: Verdict | None


def _head() -> CTE:
    who = account_holder()
    # The lesson comes from the button's work, and only if this account's holder gives it.
    of_work = select(Work.lesson_id).where(Work.id == bindparam("work_id")).scalar_subquery()
    other = aliased(Work)
    works = select(func.count(other.id)).where(other.lesson_id == Lesson.id).correlate(Lesson)
    return (
        lesson_head(Lesson.id == of_work, gives_lesson(who, NOW))
        .join(who, literal(True))
        .join(Work, Work.id == bindparam("work_id"))
        .join(WorkKind, WorkKind.id == Work.kind_id)
        .add_columns(
            who.c.person_id.label("actor_id"),
            who.c.binding_id,
            Work.id.label("work_id"),
            WorkKind.name.label("kind"),
            WorkKind.short_name,
            Work.title,
            Work.weight,
            works.scalar_subquery().label("works"),
            (Lesson.date + mark_days()).label("due_on"),
            last_day_to_fill().label("fill_until"),
        )
        .cte("head")
    )


def _sheet(head: CTE, parts: Writing | None = None) -> Select[*tuple[Any, ...]]:
    """The head's columns, `cells` and `verdict`; what was just written replaces what the snapshot shows."""
    pupils = pupils_of(head).lateral("pupils")
    mark: dict[str, Any] = {name: getattr(Mark, name) for name in ("value", "due_on", "comment", "set_at")}
    verdict: Any = null()
    if parts is not None:
        judged, verdict = parts.judged, func.max(parts.verdict)
        written = judged.c.verdict == Verdict.WRITTEN.value
        mark = {name: case((written, judged.c[name]), else_=column) for name, column in mark.items()}
    standing = stands(head, value=mark["value"], set_at=mark["set_at"])
    until = last_day(head, head.c.fill_until, stands=standing, due_on=mark["due_on"])
    cell = {
        "pupil_id": pupils.c.pupil_id,
        "last_name": Person.last_name,
        "first_name": Person.first_name,
        "middle_name": Person.middle_name,
        "number": pupils.c.number,
        "absent": func.coalesce(Attendance.status == AttendanceStatus.ABSENT, False),
        "value": mark["value"],
        "due_on": mark["due_on"],
        "comment": func.coalesce(mark["comment"], ""),
        "locked": and_(not_(head.c.unlocked), head.c.today > until),
        "form_one": pupils.c.grade <= FORM_WITHOUT_MARKS,
        "exempt": exempt(pupils.c.pupil_id, head.c.course_id, head.c.date),
    }
    cells = (
        select(
            array_of(SheetCell, cell, order_by=(Person.sort_key, Person.id)).label("cells"),
            verdict.label("verdict"),
        )
        .select_from(head)
        .join(pupils, literal(True))
        .join(Person, Person.id == pupils.c.pupil_id)
        .outerjoin(Mark, and_(Mark.work_id == head.c.work_id, Mark.pupil_id == pupils.c.pupil_id))
        .outerjoin(
            Attendance,
            and_(Attendance.lesson_id == head.c.lesson_id, Attendance.pupil_id == pupils.c.pupil_id),
        )
    )
    if parts is not None:
        cells = cells.outerjoin(parts.judged, parts.judged.c.pupil_id == pupils.c.pupil_id)
    return beside(head, cells)


def _look_statement() -> Select[*tuple[Any, ...]]:
    return _sheet(_head())


def _tap_statement() -> Select[*tuple[Any, ...]]:
    head = _head()
    parts = writing(head)
    return _sheet(head, parts).add_columns(parts.woken).add_cte(parts.history)


def _read(row: Any) -> SheetRow | None:
    if row is None:
        return None
    names = SheetRow.__dataclass_fields__.keys() - {"cells"}
    cells = tuple(map(_cell, row.cells or ()))
    return SheetRow(**{name: getattr(row, name) for name in names}, cells=cells)


def _cell(values: Any) -> SheetCell:
    pupil_id, last_name, first_name, middle_name, number, absent, value, *rules = values
    due_on, comment, locked, form_one, is_exempt = rules
    return SheetCell(
        pupil_id,
        last_name,
        first_name,
        middle_name,
        number,
        absent,
        _VALUES[value],
        due_on,
        comment,
        locked,
        form_one,
        is_exempt,
    )


_VALUES = by_text(MarkValue)


async def look(session: Executor, **parameters: Any) -> SheetRow | None:
    """The sheet, when the account's holder gives the lesson of this work.

    Parameters: account_school_id, channel, external_user_id, work_id, now and the settings of
    `services.marks.works.BY_PRESET`.
    """
    return _read((await session.execute(made_once(_look_statement), parameters)).one_or_none())


async def tap(session: Executor, **parameters: Any) -> Tapped | None:
    """Write one cell as far as the rules allow, and read the sheet. None: not a lesson of this account.

    Parameters: those of `look`, and cells (one) and reason as for `db.queries.marks.write`.
    """
    row = (await session.execute(made_once(_tap_statement), parameters)).one_or_none()
    sheet = _read(row)
    if row is None or sheet is None:
        return None
    verdict = row.verdict and Verdict(row.verdict)
    if verdict is Verdict.OVERTAKEN:
        return await tap(session, **parameters)
    return Tapped(sheet, verdict)
