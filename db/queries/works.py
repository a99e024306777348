"""Works of a lesson: the columns that marks stand in (J4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import CourseGroup, Group, Lesson, Mark, Register, School, Work, WorkKind
from db.queries.locks import NOW, is_unlocked, setting, today

LAST_PRIMARY_FORM = 4


@dataclass(frozen=True, slots=True)
class KindRow:
    """A row of the institution's dictionary of kinds of work."""

    kind_id: int
    name: str
    short_name: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class WorkRow:
    work_id: int
    lesson_id: int
    kind_id: int
    kind: str
    short_name: str
    weight: Decimal
    title: str
    marks: int
    """Cells that are filled."""
    due_on: date
    """The last day on which its marks are in time."""
    fillable: bool
    """Its empty cells may be filled now."""


def lowest_form(course_id: Any) -> ColumnElement[int]:
    """The youngest form of a course decides by which days its marks are to be entered."""
    return (
        select(func.min(Group.grade))
        .join(CourseGroup, CourseGroup.group_id == Group.id)
        .where(CourseGroup.course_id == course_id)
        .correlate_except(Group, CourseGroup)
        .scalar_subquery()
    )


def days_by_form(days: Callable[[str], ColumnElement[int]], form: ColumnElement[int]) -> ColumnElement[int]:
    """Days after a lesson for marks of works that are no control works (J4); `days` looks a setting up."""
    return case((form <= LAST_PRIMARY_FORM, days("mark_days_primary")), else_=days("mark_days"))


def days_by_kind(days: Callable[[str], ColumnElement[int]], form: ColumnElement[int]) -> ColumnElement[int]:
    """As `days_by_form`, for any work; needs `work_kind`."""
    return case((WorkKind.is_control, days("control_mark_days")), else_=days_by_form(days, form))


def mark_days() -> ColumnElement[int]:
    """Days after the lesson in which the marks of a work are in time (J4).

    Needs `lesson`, `school` and `work_kind`, and the parameters `mark_days_by_preset`,
    `mark_days_primary_by_preset` and `control_mark_days_by_preset`.
    """
    return days_by_kind(setting, lowest_form(Lesson.course_id))


def last_day_to_fill() -> ColumnElement[date]:
    """Until when an empty cell may be filled: what may still be changed may also still be written (J5).

    As `mark_days`, and the parameter `edit_lock_days_by_preset`.
    """
    return Lesson.date + func.greatest(setting("edit_lock_days"), mark_days())


def _works(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    marks = (
        select(func.count())
        .where(Mark.work_id == Work.id, Mark.value.is_not(None))
        .correlate(Work)
        .scalar_subquery()
    )
    return (
        select(
            Work.id.label("work_id"),
            Work.lesson_id,
            Work.kind_id,
            WorkKind.name.label("kind"),
            WorkKind.short_name,
            Work.weight,
            Work.title,
            marks.label("marks"),
            (Lesson.date + mark_days()).label("due_on"),
            or_(today(NOW) <= last_day_to_fill(), is_unlocked(Lesson.id, NOW)).label("fillable"),
        )
        .join(WorkKind, WorkKind.id == Work.kind_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .join(School, School.id == Lesson.school_id)
        .where(*conditions)
        .order_by(Work.position, Work.id)
    )


async def works(
    session: AsyncSession, lesson_id: int, *, now: datetime, by_preset: Mapping[str, Any]
) -> list[WorkRow]:
    """The works of a lesson in their order; `by_preset` holds the parameters of `last_day_to_fill`."""
    rows = await session.execute(_works(Work.lesson_id == lesson_id), {"now": now, **by_preset})
    return [WorkRow(**row._mapping) for row in rows]


async def work(
    session: AsyncSession, school_id: int, work_id: int, *, now: datetime, by_preset: Mapping[str, Any]
) -> WorkRow | None:
    """One work of the school; parameters as for `works`."""
    found = await session.execute(
        _works(Work.id == work_id, Work.school_id == school_id), {"now": now, **by_preset}
    )
    row = found.one_or_none()
    return None if row is None else WorkRow(**row._mapping)


async def kinds(session: AsyncSession, school_id: int) -> list[KindRow]:
    """The institution's kinds of work in their order."""
    rows = await session.execute(
        select(
            WorkKind.id.label("kind_id"),
            WorkKind.name,
            WorkKind.short_name,
            WorkKind.weight,
        )
        .where(WorkKind.school_id == school_id)
        .order_by(WorkKind.position, WorkKind.id)
    )
    return [KindRow(**row._mapping) for row in rows]


async def hold(session: AsyncSession, lesson_id: int) -> None:
    """Let nobody else add a work to this lesson before the transaction ends; the page is there (`keep`)."""
    await session.execute(select(Register.lesson_id).where(Register.lesson_id == lesson_id).with_for_update())


async def add(
    session: AsyncSession,
    *,
    school_id: int,
    lesson_id: int,
    kind_id: int,
    weight: Decimal,
    title: str,
    actor_id: int,
    now: datetime,
) -> int:
    """A new work behind the others; its id. The caller holds the page (`hold`)."""
    position = (
        select(func.coalesce(func.max(Work.position), literal(0)) + 1)
        .where(Work.lesson_id == lesson_id)
        .scalar_subquery()
    )
    added = await session.scalars(
        insert(Work)
        .values(
            school_id=school_id,
            lesson_id=lesson_id,
            position=position,
            kind_id=kind_id,
            weight=weight,
            title=title,
            created_by=actor_id,
            created_at=now,
        )
        .returning(Work.id)
    )
    return added.one()


async def change(session: AsyncSession, work_id: int, *, kind_id: int, weight: Decimal, title: str) -> None:
    await session.execute(
        update(Work).where(Work.id == work_id).values(kind_id=kind_id, weight=weight, title=title)
    )


async def remove(session: AsyncSession, work_id: int) -> bool:
    """Remove a work that never held a mark; False when it holds one or once did."""
    never = ~exists().where(Mark.work_id == work_id)
    removed = await session.execute(delete(Work).where(Work.id == work_id, never).returning(Work.id))
    return removed.one_or_none() is not None
