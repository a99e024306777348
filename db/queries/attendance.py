"""The register's cells (J7).

A tap is one statement: who taps, may they, the change with its history, and the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.engine import Executor
from db.enums import Answer, AttendanceSource, AttendanceStatus, Sex
from db.models import (
    AbsenceDay,
    AbsenceReason,
    Attendance,
    AuditEntry,
    Course,
    Lesson,
    Person,
    Register,
    School,
    Subject,
)
from db.queries.arrays import array_of, beside, by_text
from db.queries.exemptions import exempt
from db.queries.locks import NOW, is_locked
from db.queries.planned import planned_reason
from db.queries.tapping import AUDIT_COLUMNS, account_holder, gives_lesson
from db.queries.timetable import group_names, roster
from db.statements import made_once


@dataclass(frozen=True, slots=True)
class Cell:
    """A pupil in a register."""

    pupil_id: int
    last_name: str
    first_name: str
    middle_name: str
    number: int | None
    """In the class list."""
    sex: Sex | None
    status: AttendanceStatus
    late_minutes: int | None
    source: AttendanceSource | None
    """None: nobody has said anything about this pupil yet."""
    planned_reason: str | None
    answer: Answer | None
    reason: str | None
    """Confirmed by the class teacher."""
    alert_at: datetime | None
    """When guardians learn of it, or learned."""
    exempt: bool = False
    """The pupil need not do the subject on this day, or not even attend."""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A register with its pupils, and whether the reader may write in it now."""

    lesson_id: int
    school_id: int
    date: date
    number: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    """IANA name of the school's time zone."""
    subject: str
    groups: str
    rooms: list[str]
    taken_at: datetime | None
    locked: bool
    begun: bool
    cells: tuple[Cell, ...]


EARLY = timedelta(minutes=15)
"""A register may be taken from this long before the bell."""


def _lesson(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """The lesson of a register with what decides whether it may be written in now."""
    return (
        select(
            Lesson.id.label("lesson_id"),
            Lesson.school_id,
            Lesson.course_id,
            Lesson.date,
            Lesson.number,
            Lesson.starts_at,
            Lesson.ends_at,
            Subject.name.label("subject"),
            group_names(Lesson.course_id).label("groups"),
            Lesson.rooms,
            School.timezone.label("zone"),
            is_locked(NOW).label("locked"),
            (Lesson.starts_at - EARLY <= NOW).label("begun"),
        )
        .join(School, School.id == Lesson.school_id)
        .join(Course, Course.id == Lesson.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .where(Lesson.id == bindparam("lesson_id"), *conditions)
    )


def _with_cells(head: CTE, written: Any | None = None) -> Select[*tuple[Any, ...]]:
    """The head's columns and `cells`; values just written replace those of the snapshot."""
    pupils = roster(head.c.course_id, head.c.date).lateral("pupils")
    status: Any = Attendance.status
    minutes: Any = Attendance.late_minutes
    source: Any = Attendance.source
    alert_at: Any = Attendance.alert_at
    if written is not None:
        here = written.c.pupil_id.is_not(None)
        status = case((here, written.c.status), else_=status)
        minutes = case((here, written.c.late_minutes), else_=minutes)
        source = case((here, written.c.source), else_=source)
        alert_at = case((here, written.c.alert_at), else_=alert_at)
    cell = {
        "pupil_id": pupils.c.pupil_id,
        "last_name": Person.last_name,
        "first_name": Person.first_name,
        "middle_name": Person.middle_name,
        "number": pupils.c.number,
        "sex": Person.sex,
        "status": func.coalesce(status, AttendanceStatus.PRESENT),
        "late_minutes": minutes,
        "source": source,
        "planned_reason": planned_reason(pupils.c.pupil_id, head.c.date, head.c.number),
        "answer": AbsenceDay.answer,
        "reason": select(AbsenceReason.name)
        .where(AbsenceReason.id == AbsenceDay.reason_id)
        .scalar_subquery(),
        "alert_at": alert_at,
        "exempt": exempt(pupils.c.pupil_id, head.c.course_id, head.c.date),
    }
    cells = (
        select(array_of(Cell, cell, order_by=(Person.sort_key, Person.id)).label("cells"))
        .select_from(head)
        .join(pupils, literal(True))
        .join(Person, Person.id == pupils.c.pupil_id)
        .outerjoin(
            Attendance,
            and_(Attendance.lesson_id == head.c.lesson_id, Attendance.pupil_id == pupils.c.pupil_id),
        )
        .outerjoin(AbsenceDay, and_(AbsenceDay.pupil_id == pupils.c.pupil_id, AbsenceDay.date == head.c.date))
    )
    if written is not None:
        cells = cells.outerjoin(written, written.c.pupil_id == pupils.c.pupil_id)
    return beside(head, cells)


@cache
def _register_statement() -> Select[*tuple[Any, ...]]:
    head = (
        _lesson(Lesson.school_id == bindparam("school_id"))
        .outerjoin(Register, Register.lesson_id == Lesson.id)
        .add_columns(Register.taken_at)
        .cte("head")
    )
    return _with_cells(head)


def _tap_statement() -> Select[*tuple[Any, ...]]:
    who = account_holder()
    # Opening a register makes its row and settles whose lesson it is, so without one there is nothing to tap.
    # Somebody else's «Готово» comes before this tap or after it, never between what it reads and writes.
    held = (
        select(Register.lesson_id, Register.taken_at)
        .where(Register.lesson_id == bindparam("lesson_id"))
        .with_for_update(read=True)
        .cte("held")
    )
    head = (
        _lesson(gives_lesson(who, NOW))
        .join(who, literal(True))
        .join(held, held.c.lesson_id == Lesson.id)
        .add_columns(held.c.taken_at, who.c.person_id.label("actor_id"), who.c.binding_id)
        .cte("head")
    )
    pupils = roster(head.c.course_id, head.c.date).lateral("roster")
    allowed = (
        select(
            head.c.lesson_id,
            pupils.c.pupil_id,
            bindparam("status", type_=Attendance.status.type).label("status"),
            bindparam("late_minutes", type_=Attendance.late_minutes.type).label("late_minutes"),
            literal(AttendanceSource.TEACHER, Attendance.source.type).label("source"),
            head.c.actor_id,
            NOW.label("now"),
            bindparam("alert_at", type_=Attendance.alert_at.type).label("alert_at"),
        )
        .select_from(head)
        .join(pupils, pupils.c.pupil_id == bindparam("pupil_id"))
        .where(~head.c.locked, head.c.begun, head.c.taken_at.is_not(None) == bindparam("taken"))
        .cte("allowed")
    )
    write = insert(Attendance).from_select(["lesson_id", "pupil_id", *_WRITTEN], select(allowed))
    new = write.excluded
    known = Attendance.alert_at <= NOW
    alert_at = case((known, Attendance.alert_at), else_=new.alert_at)
    changed = (
        write.on_conflict_do_update(
            index_elements=["lesson_id", "pupil_id"],
            set_={name: new[name] for name in _WRITTEN} | {"alert_at": alert_at},
            where=or_(
                Attendance.status != new.status,
                Attendance.late_minutes.is_distinct_from(new.late_minutes),
                Attendance.source != new.source,
            ),
        )
        .returning(Attendance.pupil_id, *(getattr(Attendance, name) for name in _WRITTEN))
        .cte("changed")
    )
    before = aliased(Attendance)
    # When somebody else has just set the same, nothing changes, and the snapshot does not show it yet.
    stands = (
        select(
            allowed.c.pupil_id,
            allowed.c.status,
            allowed.c.late_minutes,
            allowed.c.source,
            case((changed.c.pupil_id.is_not(None), changed.c.alert_at), else_=before.alert_at).label(
                "alert_at"
            ),
        )
        .outerjoin(changed, changed.c.pupil_id == allowed.c.pupil_id)
        .outerjoin(
            before, and_(before.lesson_id == allowed.c.lesson_id, before.pupil_id == allowed.c.pupil_id)
        )
        .cte("stands")
    )
    history = (
        insert(AuditEntry)
        .from_select(
            AUDIT_COLUMNS,
            select(
                head.c.school_id,
                NOW,
                head.c.actor_id,
                head.c.binding_id,
                literal("attendance.set"),
                literal("lesson"),
                head.c.lesson_id,
                changed.c.pupil_id,
                _as_json(before.status, before.late_minutes),
                _as_json(changed.c.status, changed.c.late_minutes),
            )
            .select_from(head)
            .join(changed, literal(True))
            .outerjoin(
                before,
                and_(before.lesson_id == head.c.lesson_id, before.pupil_id == changed.c.pupil_id),
            ),
        )
        .returning(AuditEntry.id)
        .cte("history")
    )
    return _with_cells(head, stands).add_cte(history)


_WRITTEN = ("status", "late_minutes", "source", "set_by", "set_at", "alert_at")


def _as_json(status: Any, late_minutes: Any) -> ColumnElement[Any]:
    return func.jsonb_build_object("status", status, "late_minutes", late_minutes)


def _register(row: Any) -> RegisterRow | None:
    if row is None:
        return None
    names = RegisterRow.__dataclass_fields__.keys() - {"cells"}
    cells = tuple(map(_cell, row.cells or ()))
    return RegisterRow(**{name: getattr(row, name) for name in names}, cells=cells)


def _cell(values: Any) -> Cell:
    pupil_id, last_name, first_name, middle_name, number, sex, status, late_minutes, source, *told = values
    planned, answer, reason, alert_at, is_exempt = told
    return Cell(
        pupil_id,
        last_name,
        first_name,
        middle_name,
        number,
        _SEXES[sex],
        _STATUSES[status],
        late_minutes,
        _SOURCES[source],
        planned,
        _ANSWERS[answer],
        reason,
        alert_at,
        is_exempt,
    )


_SEXES, _STATUSES, _SOURCES, _ANSWERS = map(by_text, (Sex, AttendanceStatus, AttendanceSource, Answer))


async def register(
    session: AsyncSession,
    *,
    school_id: int,
    lesson_id: int,
    now: datetime,
    edit_lock_days_by_preset: dict[str, int],
) -> RegisterRow | None:
    """A register as it stands. The caller has checked the right to see it."""
    result = await session.execute(
        _register_statement(),
        {
            "school_id": school_id,
            "lesson_id": lesson_id,
            "now": now,
            "edit_lock_days_by_preset": edit_lock_days_by_preset,
        },
    )
    return _register(result.one_or_none())


async def tap(session: Executor, **parameters: Any) -> RegisterRow | None:
    """Set one cell, when the account's holder gives this lesson and may write now, and read the register.

    None when there is no such lesson for this account, or nobody has opened its register. Whether the cell
    was written is seen in the result: nothing is written when the lesson is locked, has not begun, or `taken`
    differs from the register's state.
    Parameters: account_school_id, channel, external_user_id, lesson_id, pupil_id, status, late_minutes,
    taken, now, alert_at (for an absence: when guardians may know, None in a register that is not taken),
    edit_lock_days_by_preset.
    """
    return _register((await session.execute(made_once(_tap_statement), parameters)).one_or_none())
