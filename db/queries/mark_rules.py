"""What the rules say to each cell that is to be written: U7, the locks of J5, absences, reasons."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Select,
    String,
    Text,
    and_,
    bindparam,
    case,
    column,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from db.enums import AttendanceStatus, MarkValue
from db.models import Attendance, Course, Enrolment, Group, Lesson, School, Subject, Work, WorkKind
from db.queries.attendance import EARLY
from db.queries.exemptions import exempt
from db.queries.locks import NOW, is_unlocked, setting, today
from db.queries.timetable import FORM_WITHOUT_MARKS, group_names, roster
from db.queries.works import last_day_to_fill

EARNED = (
    *(MarkValue.FIVE, MarkValue.FOUR, MarkValue.THREE, MarkValue.TWO),
    *(MarkValue.PASSED, MarkValue.FAILED),
)
"""What only somebody who did the work can have; the other values say why there is no mark."""


class Verdict(StrEnum):
    """What became of a cell that was to be written."""

    WRITTEN = "written"
    """It stands so now, or stood so already."""
    NOT_IN_LESSON = "not_in_lesson"
    """The pupil is not in the lesson, or the work is not one of it."""
    FORM_ONE = "form_one"
    """U7."""
    TAKEN = "taken"
    """It was to be filled only if it is empty."""
    LOCKED = "locked"
    """J5."""
    EXEMPT = "exempt"
    """The pupil need not do the subject on this day (J7)."""
    ABSENT = "absent"
    """The pupil stands as absent in this lesson."""
    REASON_NEEDED = "reason_needed"
    """It would change a mark whose undo window is over."""
    OVERTAKEN = "overtaken"
    """Somebody filled the empty cell at this very moment: it is to be judged anew, with what stands there."""


given = (
    func.jsonb_to_recordset(bindparam("cells", type_=JSONB))
    .table_valued(
        column("work_id", BigInteger),
        column("pupil_id", BigInteger),
        column("value", Text),
        column("due_on", Date),
        column("comment", Text),
        column("despite_absence", Boolean),
        column("only_if_empty", Boolean),
    )
    .render_derived(name="given", with_types=True)
)
"""The parameter `cells`: what is to be written."""


def lesson_head(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """A lesson with what decides whether its marks may be written now."""
    undo = setting("undo_minutes") * timedelta(minutes=1)
    return (
        select(
            Lesson.id.label("lesson_id"),
            Lesson.school_id,
            Lesson.course_id,
            Lesson.date,
            Lesson.number,
            Subject.name.label("subject"),
            group_names(Lesson.course_id).label("groups"),
            School.timezone.label("zone"),
            today(NOW).label("today"),
            (Lesson.starts_at - EARLY <= NOW).label("begun"),
            is_unlocked(Lesson.id, NOW).label("unlocked"),
            (Lesson.date + setting("edit_lock_days")).label("stands_until"),
            (NOW - undo).label("undo_from"),
            (Lesson.date < today(NOW) - setting("notice_days")).label("old"),
        )
        .join(School, School.id == Lesson.school_id)
        .join(Course, Course.id == Lesson.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .where(*conditions)
    )


def pupils_of(head: FromClause) -> Select[*tuple[Any, ...]]:
    """The pupils of a lesson: pupil_id, number (in the class list), grade."""
    return (
        roster(head.c.course_id, head.c.date)
        .add_columns(Group.grade)
        .join(Group, Group.id == Enrolment.group_id)
    )


def last_day(head: FromClause, fill_until: Any, *, stands: Any, due_on: Any) -> ColumnElement[Any]:
    """The last day on which a cell may be written (J5): a mark that `stands`, as long as the lesson's
    records; an empty cell, a debt or a mark in its undo window, as long as cells may be filled, and a debt
    until it is due."""
    return case((stands, head.c.stands_until), else_=func.greatest(fill_until, due_on))


def stands(head: FromClause, *, value: Any, set_at: Any) -> ColumnElement[bool]:
    """The cell holds a mark whose undo window is over."""
    return func.coalesce(and_(value != MarkValue.DEBT.value, set_at <= head.c.undo_from), False)


def judge(head: CTE, before: CTE) -> Select[*tuple[Any, ...]]:
    """A row for each of the cells `given`, with its verdict. `before` holds the marks that stand in them; the
    parameters are those of `db.queries.marks.writing`."""
    pupils = pupils_of(head).lateral("writable")
    known = before.c.work_id.is_not(None)
    comment = case(
        (given.c.value.is_(None), ""),
        else_=func.coalesce(given.c.comment, before.c.comment, ""),
    )
    same_value = and_(
        before.c.value.is_not_distinct_from(given.c.value),
        before.c.due_on.is_not_distinct_from(given.c.due_on),
    )
    unchanged = and_(same_value, or_(not_(known), before.c.comment == comment))
    earned = [value.value for value in EARNED]
    reason: Any = bindparam("reason", type_=String)
    stood = stands(head, value=before.c.value, set_at=before.c.set_at)
    until = last_day(head, last_day_to_fill(), stands=stood, due_on=before.c.due_on)
    locked = and_(not_(head.c.unlocked), head.c.today > until)
    doubtful = and_(
        given.c.value.in_(earned),
        not_(given.c.despite_absence),
        or_(
            before.c.value.is_(None),
            before.c.value == MarkValue.DEBT.value,
            # Whoever says why it changes has been asked.
            and_(before.c.value.not_in(earned), reason == ""),
        ),
    )
    verdict = case(
        (or_(pupils.c.pupil_id.is_(None), Work.id.is_(None)), Verdict.NOT_IN_LESSON.value),
        (pupils.c.grade <= FORM_WITHOUT_MARKS, Verdict.FORM_ONE.value),
        (unchanged, Verdict.WRITTEN.value),
        (locked, Verdict.LOCKED.value),
        (and_(given.c.only_if_empty, before.c.value.is_not(None)), Verdict.TAKEN.value),
        (
            and_(doubtful, exempt(given.c.pupil_id, head.c.course_id, head.c.date)),
            Verdict.EXEMPT.value,
        ),
        (and_(doubtful, Attendance.status == AttendanceStatus.ABSENT), Verdict.ABSENT.value),
        (
            and_(
                stood,
                before.c.value.is_distinct_from(given.c.value),
                reason == "",
            ),
            Verdict.REASON_NEEDED.value,
        ),
        else_=Verdict.WRITTEN.value,
    )
    return (
        select(
            given.c.work_id,
            given.c.pupil_id,
            given.c.value,
            given.c.due_on,
            comment.label("comment"),
            head.c.today.label("given_on"),
            head.c.actor_id.label("set_by"),
            # A comment beside a mark does not open its undo window anew.
            case((same_value, before.c.set_at), else_=NOW).label("set_at"),
            known.label("known"),
            verdict.label("verdict"),
        )
        .select_from(head)
        .join(Lesson, Lesson.id == head.c.lesson_id)
        .join(School, School.id == Lesson.school_id)
        .join(given, head.c.begun)
        .outerjoin(pupils, pupils.c.pupil_id == given.c.pupil_id)
        .outerjoin(Work, and_(Work.id == given.c.work_id, Work.lesson_id == head.c.lesson_id))
        .outerjoin(WorkKind, WorkKind.id == Work.kind_id)
        .outerjoin(before, and_(before.c.work_id == given.c.work_id, before.c.pupil_id == given.c.pupil_id))
        .outerjoin(
            Attendance,
            and_(Attendance.lesson_id == head.c.lesson_id, Attendance.pupil_id == given.c.pupil_id),
        )
    )
