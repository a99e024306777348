"""Lessons of courses over many days, only read: no row is made for a lesson that nobody has looked at."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CTE, Select, and_, any_, case, func, select, union

from db.models import Lesson, Register, Slot
from db.queries.derived import derived_lessons


def standing_lessons(school_id: int, courses: Select[int], first: date, last: date) -> CTE:
    """What the timetable says of these courses from `first` to `last`, and what somebody wrote in.

    Columns: lesson_id (NULL: nobody has looked at it yet), course_id, date, number, starts_at, ends_at,
    rooms.
    """
    # An array is made once, where PostgreSQL would join with the courses anew for every slot and lesson.
    among = any_(func.array(courses.scalar_subquery()))
    derived = derived_lessons(school_id, first, last, Slot.course_id == among)
    kept = Register.lesson_id.is_not(None)
    stands = ("starts_at", "ends_at", "rooms")
    by_timetable: Select[*tuple[Any, ...]] = (
        select(
            Lesson.id.label("lesson_id"),
            derived.c.course_id,
            derived.c.date,
            derived.c.number,
            *(case((kept, getattr(Lesson, name)), else_=derived.c[name]).label(name) for name in stands),
        )
        .select_from(derived)
        .outerjoin(
            Lesson,
            and_(
                Lesson.course_id == derived.c.course_id,
                Lesson.date == derived.c.date,
                Lesson.number == derived.c.number,
            ),
        )
        .outerjoin(Register, Register.lesson_id == Lesson.id)
    )
    written_in: Select[*tuple[Any, ...]] = (
        select(
            *(Lesson.id, Lesson.course_id, Lesson.date, Lesson.number),
            *(getattr(Lesson, name) for name in stands),
        )
        .join(Register, Register.lesson_id == Lesson.id)
        .where(Lesson.course_id == among, Lesson.date.between(first, last))
    )
    return union(by_timetable, written_in).cte("lessons")
