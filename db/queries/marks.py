"""Writing marks (J4, J5).

However many are written at once, it is one statement: what was there, what the rules say to each cell, the
marks with their history, and the messages to the families.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
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
    literal,
    not_,
    null,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceStatus, MarkValue
from db.models import (
    Attendance,
    AuditEntry,
    Course,
    Enrolment,
    Group,
    Lesson,
    Mark,
    School,
    Subject,
    Work,
    WorkKind,
)
from db.queries import mark_notices
from db.queries.attendance import EARLY
from db.queries.locks import NOW, is_unlocked, setting, today
from db.queries.outbox import posting, telling
from db.queries.tapping import AUDIT_COLUMNS
from db.queries.timetable import FORM_WITHOUT_MARKS, group_names, roster
from db.queries.works import last_day_to_fill

EARNED = (
    *(MarkValue.FIVE, MarkValue.FOUR, MarkValue.THREE, MarkValue.TWO),
    *(MarkValue.PASSED, MarkValue.FAILED),
)
"""What only somebody who did the work can have; the other values say why there is no mark."""


SENDER_LOOKS_EVERY = timedelta(seconds=30)
"""What leaves later than this finds the sender awake by itself: a tap need not wake it."""


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
    ABSENT = "absent"
    """The pupil stands as absent in this lesson."""
    REASON_NEEDED = "reason_needed"
    """It would change a mark whose undo window is over."""
    OVERTAKEN = "overtaken"
    """Somebody filled the empty cell at this very moment: it is to be judged anew, with what stands there."""


@dataclass(frozen=True, slots=True)
class CellVerdict:
    pupil_id: int
    work_id: int
    verdict: Verdict


_given = (
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


@dataclass(frozen=True, slots=True)
class Writing:
    """The parts of a statement that writes: `judged` has a row for each cell given, with its verdict;
    `verdict` is what became of it in the end; `changed` what stands now in the cells that are different;
    `woken` must be selected."""

    judged: CTE
    verdict: ColumnElement[str]
    changed: CTE
    history: CTE
    woken: Any


def writing(head: CTE) -> Writing:
    """Write the cells given as far as the rules allow.

    `head` is a `lesson_head` with actor_id and binding_id. Parameters: cells, reason, now, and the settings
    of `services.marks.works.BY_PRESET`.
    """
    before = (
        select(
            Mark.work_id,
            Mark.pupil_id,
            Mark.value,
            Mark.due_on,
            Mark.comment,
            Mark.set_at,
        )
        .join(_given, and_(Mark.work_id == _given.c.work_id, Mark.pupil_id == _given.c.pupil_id))
        .order_by(Mark.work_id, Mark.pupil_id)
        .with_for_update(of=Mark)
        .cte("before")
    )
    judged = _judged(head, before).cte("judged")
    allowed = select(judged).where(
        judged.c.verdict == Verdict.WRITTEN.value,
        or_(judged.c.value.is_not(None), judged.c.known),
    )
    cells = allowed.subquery("allowed")
    names = ("work_id", "pupil_id", "value", "due_on", "comment", "given_on", "set_by", "set_at")
    write = insert(Mark).from_select(names, select(*(cells.c[name] for name in names)))
    new = write.excluded
    filled_anew = or_(Mark.value.is_(None), Mark.value == MarkValue.DEBT)
    changed = (
        write.on_conflict_do_update(
            index_elements=["work_id", "pupil_id"],
            set_={
                "value": new.value,
                "due_on": new.due_on,
                "comment": new.comment,
                "given_on": case(
                    (and_(filled_anew, new.value.is_not(None)), new.given_on), else_=Mark.given_on
                ),
                "set_by": new.set_by,
                "set_at": new.set_at,
            },
            # Only over what was judged: a row that came in between would be lost without a trace.
            where=and_(
                tuple_(Mark.work_id, Mark.pupil_id).in_(select(before.c.work_id, before.c.pupil_id)),
                or_(
                    Mark.value.is_distinct_from(new.value),
                    Mark.due_on.is_distinct_from(new.due_on),
                    Mark.comment != new.comment,
                ),
            ),
        )
        .returning(
            Mark.work_id, Mark.pupil_id, Mark.value, Mark.due_on, Mark.comment, Mark.given_on, Mark.set_at
        )
        .cte("changed")
    )
    of_cell = and_(before.c.work_id == changed.c.work_id, before.c.pupil_id == changed.c.pupil_id)
    news = (
        select(
            head.c.school_id,
            head.c.actor_id,
            changed.c.pupil_id,
            changed.c.given_on,
            and_(head.c.old, before.c.value.is_distinct_from(MarkValue.DEBT.value)).label("only_edit"),
        )
        .select_from(head)
        .join(changed, literal(True))
        .outerjoin(before, of_cell)
        .subquery("news")
    )
    soon = select(head.c.undo_from > NOW - SENDER_LOOKS_EVERY).scalar_subquery()
    woken = telling(posting(mark_notices.messages(news))).having(soon).scalar_subquery()
    overtaken = and_(
        judged.c.verdict == Verdict.WRITTEN.value,
        judged.c.value.is_not(None),
        not_(judged.c.known),
        tuple_(judged.c.work_id, judged.c.pupil_id).not_in(select(changed.c.work_id, changed.c.pupil_id)),
    )
    verdict = case((overtaken, Verdict.OVERTAKEN.value), else_=judged.c.verdict)
    return Writing(judged, verdict, changed, _history(head, before, changed, of_cell), woken)


def _judged(head: CTE, before: CTE) -> Select[*tuple[Any, ...]]:
    pupils = pupils_of(head).lateral("writable")
    known = before.c.work_id.is_not(None)
    comment = case(
        (_given.c.value.is_(None), ""),
        else_=func.coalesce(_given.c.comment, before.c.comment, ""),
    )
    same_value = and_(
        before.c.value.is_not_distinct_from(_given.c.value),
        before.c.due_on.is_not_distinct_from(_given.c.due_on),
    )
    unchanged = and_(same_value, or_(not_(known), before.c.comment == comment))
    earned = [value.value for value in EARNED]
    reason: Any = bindparam("reason", type_=String)
    stood = stands(head, value=before.c.value, set_at=before.c.set_at)
    until = last_day(head, last_day_to_fill(), stands=stood, due_on=before.c.due_on)
    locked = and_(not_(head.c.unlocked), head.c.today > until)
    verdict = case(
        (or_(pupils.c.pupil_id.is_(None), Work.id.is_(None)), Verdict.NOT_IN_LESSON.value),
        (pupils.c.grade <= FORM_WITHOUT_MARKS, Verdict.FORM_ONE.value),
        (unchanged, Verdict.WRITTEN.value),
        (locked, Verdict.LOCKED.value),
        (and_(_given.c.only_if_empty, before.c.value.is_not(None)), Verdict.TAKEN.value),
        (
            and_(
                _given.c.value.in_(earned),
                Attendance.status == AttendanceStatus.ABSENT,
                not_(_given.c.despite_absence),
                or_(
                    before.c.value.is_(None),
                    before.c.value == MarkValue.DEBT.value,
                    # Whoever says why it changes has been asked.
                    and_(before.c.value.not_in(earned), reason == ""),
                ),
            ),
            Verdict.ABSENT.value,
        ),
        (
            and_(
                stood,
                before.c.value.is_distinct_from(_given.c.value),
                reason == "",
            ),
            Verdict.REASON_NEEDED.value,
        ),
        else_=Verdict.WRITTEN.value,
    )
    return (
        select(
            _given.c.work_id,
            _given.c.pupil_id,
            _given.c.value,
            _given.c.due_on,
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
        .join(_given, head.c.begun)
        .outerjoin(pupils, pupils.c.pupil_id == _given.c.pupil_id)
        .outerjoin(Work, and_(Work.id == _given.c.work_id, Work.lesson_id == head.c.lesson_id))
        .outerjoin(WorkKind, WorkKind.id == Work.kind_id)
        .outerjoin(before, and_(before.c.work_id == _given.c.work_id, before.c.pupil_id == _given.c.pupil_id))
        .outerjoin(
            Attendance,
            and_(Attendance.lesson_id == head.c.lesson_id, Attendance.pupil_id == _given.c.pupil_id),
        )
    )


def _history(head: CTE, before: CTE, changed: CTE, of_cell: ColumnElement[bool]) -> CTE:
    def as_json(cell: CTE) -> list[Any]:
        return [*("value", cell.c.value, "due_on", cell.c.due_on, "comment", cell.c.comment)]

    reason: Any = bindparam("reason", type_=String)
    with_reason = func.jsonb_build_object(*as_json(changed), "reason", reason)
    lines = (
        select(
            head.c.school_id,
            NOW,
            head.c.actor_id,
            head.c.binding_id,
            literal("mark.set"),
            literal("work"),
            changed.c.work_id,
            changed.c.pupil_id,
            case((before.c.work_id.is_not(None), func.jsonb_build_object(*as_json(before))), else_=null()),
            case(
                (or_(reason == "", before.c.value.is_(None)), func.jsonb_build_object(*as_json(changed))),
                else_=with_reason,
            ),
        )
        .select_from(head)
        .join(changed, literal(True))
        .outerjoin(before, of_cell)
    )
    return insert(AuditEntry).from_select(AUDIT_COLUMNS, lines).returning(AuditEntry.id).cte("history")


@cache
def _write_statement() -> Select[*tuple[Any, ...]]:
    head = (
        lesson_head(Lesson.id == bindparam("lesson_id"), Lesson.school_id == bindparam("school_id"))
        .add_columns(
            bindparam("actor_id", type_=BigInteger).label("actor_id"),
            bindparam("binding_id", type_=BigInteger).label("binding_id"),
        )
        .cte("head")
    )
    parts = writing(head)
    judged = parts.judged
    verdict = parts.verdict.label("verdict")
    return select(judged.c.pupil_id, judged.c.work_id, verdict, parts.woken).add_cte(parts.history)


async def write(session: AsyncSession, **parameters: Any) -> Sequence[CellVerdict]:
    """Write marks of one lesson, and say of each what became of it. The caller has checked the right to
    keep this lesson; no cell stands twice in `cells`.

    Parameters: school_id, lesson_id, actor_id, binding_id, cells (objects of work_id, pupil_id, value,
    due_on, comment, despite_absence, only_if_empty; a comment that is null stays as it is), reason, now and
    the settings.
    """
    rows = await session.execute(_write_statement(), parameters)
    verdicts = [CellVerdict(row.pupil_id, row.work_id, Verdict(row.verdict)) for row in rows]
    overtaken = {(one.pupil_id, one.work_id) for one in verdicts if one.verdict is Verdict.OVERTAKEN}
    if not overtaken:
        return verdicts
    cells = [cell for cell in parameters["cells"] if (cell["pupil_id"], cell["work_id"]) in overtaken]
    again = await write(session, **(parameters | {"cells": cells}))
    return [*(one for one in verdicts if one.verdict is not Verdict.OVERTAKEN), *again]
