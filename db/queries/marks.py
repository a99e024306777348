"""Writing marks (J4, J5).

However many are written at once, it is one statement: what was there, what the rules say to each cell, the
marks with their history, and the messages to the families.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import MarkValue
from db.models import AuditEntry, Lesson, Mark
from db.queries import mark_notices
from db.queries.locks import NOW
from db.queries.mark_rules import Verdict, given, judge, lesson_head
from db.queries.outbox import posting, telling
from db.queries.tapping import AUDIT_COLUMNS

SENDER_LOOKS_EVERY = timedelta(seconds=30)
"""What leaves later than this finds the sender awake by itself: a tap need not wake it."""


@dataclass(frozen=True, slots=True)
class CellVerdict:
    pupil_id: int
    work_id: int
    verdict: Verdict


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
        .join(given, and_(Mark.work_id == given.c.work_id, Mark.pupil_id == given.c.pupil_id))
        .order_by(Mark.work_id, Mark.pupil_id)
        .with_for_update(of=Mark)
        .cte("before")
    )
    judged = judge(head, before).cte("judged")
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
