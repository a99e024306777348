"""What was given to a pupil on a day, with the history of every cell (C7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import FinalKind, MarkValue
from db.models import AuditEntry, Course, FinalMark, Lesson, Mark, Subject, Term, Work, WorkKind


@dataclass(frozen=True, slots=True)
class Stood:
    """What stood in a cell from a moment on."""

    at: datetime
    value: MarkValue | None
    due_on: date | None
    """Of a debt."""
    comment: str


@dataclass(frozen=True, slots=True)
class GivenMark:
    """A cell that was filled on a day, with all that stood in it, in order; at least one."""

    subject: str
    kind: str
    """Of the work."""
    title: str
    lesson_date: date
    stood: tuple[Stood, ...]


@dataclass(frozen=True, slots=True)
class GivenFinal:
    """A final mark that was first given on a day, with all that stood there, in order; at least one."""

    subject: str
    kind: FinalKind
    term: str | None
    stood: tuple[Stood, ...]


async def marks(session: AsyncSession, pupil_id: int, day: date) -> list[GivenMark]:
    """The pupil's cells whose `given_on` is this day, by lesson and subject."""
    found = await session.execute(
        select(
            Mark.work_id.label("id"),
            Mark.value,
            Mark.due_on,
            Mark.comment,
            Mark.set_at,
            Subject.name.label("subject"),
            WorkKind.name.label("kind"),
            Work.title,
            Lesson.date.label("lesson_date"),
        )
        .join(Work, Work.id == Mark.work_id)
        .join(WorkKind, WorkKind.id == Work.kind_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .where(Mark.pupil_id == pupil_id, Mark.given_on == day)
        .order_by(Lesson.date, Lesson.number, Work.position, Work.id)
    )
    rows = found.all()
    stood = await _history(session, "mark.set", "work", pupil_id, rows)
    return [GivenMark(row.subject, row.kind, row.title, row.lesson_date, stood[row.id]) for row in rows]


async def finals(session: AsyncSession, pupil_id: int, day: date) -> list[GivenFinal]:
    """The pupil's final marks whose `given_on` is this day, by subject."""
    found = await session.execute(
        select(
            FinalMark.id,
            FinalMark.value,
            FinalMark.comment,
            FinalMark.set_at,
            FinalMark.kind,
            Subject.name.label("subject"),
            Term.name.label("term"),
        )
        .join(Subject, Subject.id == FinalMark.subject_id)
        .outerjoin(Term, Term.id == FinalMark.term_id)
        .where(FinalMark.pupil_id == pupil_id, FinalMark.given_on == day)
        .order_by(Subject.name, FinalMark.id)
    )
    rows = found.all()
    stood = await _history(session, "final_mark.set", "final_mark", pupil_id, rows)
    return [GivenFinal(row.subject, row.kind, row.term, stood[row.id]) for row in rows]


async def _history(
    session: AsyncSession, action: str, subject_type: str, pupil_id: int, cells: Sequence[Any]
) -> dict[int, tuple[Stood, ...]]:
    """What stood in each cell by the audit; a cell that came without it has what stands now."""
    if not cells:
        return {}
    entries = await session.execute(
        select(AuditEntry.subject_id, AuditEntry.at, AuditEntry.after)
        .where(
            AuditEntry.subject_type == subject_type,
            AuditEntry.subject_id.in_([cell.id for cell in cells]),
            AuditEntry.pupil_id == pupil_id,
            AuditEntry.action == action,
        )
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    stood = defaultdict(list)
    for entry in entries:
        stood[entry.subject_id].append(_stood(entry.at, entry.after or {}))
    return {
        cell.id: tuple(stood[cell.id])
        or (Stood(cell.set_at, cell.value, cell._mapping.get("due_on"), cell.comment),)
        for cell in cells
    }


def _stood(at: datetime, after: dict[str, Any]) -> Stood:
    value, due_on = after.get("value"), after.get("due_on")
    return Stood(
        at,
        None if value is None else MarkValue(value),
        None if due_on is None else date.fromisoformat(due_on),
        after.get("comment") or "",
    )
