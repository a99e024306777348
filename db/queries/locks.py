"""What may no longer be changed (J5, J8), and what a deputy has unlocked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    and_,
    bindparam,
    cast,
    exists,
    func,
    not_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Lesson, School, SchoolSetting, Unlock

NOW: Any = bindparam("now", type_=DateTime(timezone=True))
"""The parameter `now`, an aware moment."""


def today(now: Any) -> ColumnElement[Any]:
    """The school's day of an aware moment; needs `school` in the statement."""
    return cast(func.timezone(School.timezone, now), Date)


def setting(key: str) -> ColumnElement[int]:
    """The institution's own whole number of `key`, else its preset's.

    The caller hands the presets' values in as `<key>_by_preset`, a JSON object by preset
    (`services.settings.values_by_preset`). Needs `school` in the statement.
    """
    own = (
        select(cast(SchoolSetting.value, Integer))
        .where(SchoolSetting.school_id == School.id, SchoolSetting.key == key)
        .correlate(School)
        .scalar_subquery()
    )
    by_preset = bindparam(f"{key}_by_preset", type_=JSONB)
    return func.coalesce(own, cast(by_preset[School.preset].astext, Integer))


def is_unlocked(lesson_id: Any, now: Any) -> ColumnElement[bool]:
    """A deputy has opened this lesson for corrections, and the term of that has not run out."""
    return (
        exists()
        .where(Unlock.lesson_id == lesson_id, Unlock.ended_at.is_(None), Unlock.until > now)
        .correlate_except(Unlock)
    )


def finals_unlocked(course_id: Any, term_id: Any, now: Any) -> ColumnElement[bool]:
    """A deputy has opened the final marks of this course for the term, or with no `term_id` for the year and
    the exam, and the term of that has not run out."""
    return (
        exists()
        .where(
            Unlock.course_id == course_id,
            Unlock.term_id.is_not_distinct_from(term_id),
            Unlock.ended_at.is_(None),
            Unlock.until > now,
        )
        .correlate_except(Unlock)
    )


def is_locked(now: Any) -> ColumnElement[bool]:
    """What stands in the lesson may no longer be changed (J5). Needs `lesson`, `school` and the parameter
    `edit_lock_days_by_preset`."""
    return and_(
        today(now) > Lesson.date + setting("edit_lock_days"),
        not_(is_unlocked(Lesson.id, now)),
    )


async def lesson_is_locked(
    session: AsyncSession, lesson_id: int, *, now: datetime, edit_lock_days_by_preset: dict[str, int]
) -> bool:
    """Whether what stands in this lesson may no longer be changed."""
    locked = (
        select(is_locked(NOW))
        .select_from(Lesson)
        .join(School, School.id == Lesson.school_id)
        .where(Lesson.id == bindparam("lesson_id"))
    )
    parameters = {"now": now, "lesson_id": lesson_id, "edit_lock_days_by_preset": edit_lock_days_by_preset}
    return bool(await session.scalar(locked, parameters))
