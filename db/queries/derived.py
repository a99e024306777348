"""What the timetable says about days: the lessons that holidays, terms and bells leave (S1-S4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    and_,
    any_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)

from db.enums import WeekParity
from db.models import Bell, Course, CourseGroup, Group, Holiday, School, SchoolYear, Slot, Term


def week_parity(day: ColumnElement[date], year_starts_on: Any) -> ColumnElement[str]:
    """Week 1 holds 1 September and is odd."""
    september = func.make_date(cast(func.extract("year", year_starts_on), Integer), 9, 1)
    monday, first_monday = (cast(func.date_trunc("week", moment), Date) for moment in (day, september))
    weeks = (monday - first_monday) // 7
    return case((func.abs(weeks) % 2 == 0, WeekParity.ODD.value), else_=WeekParity.EVEN.value)


def derived_lessons(school_id: Any, first: Any, last: Any, *slots: ColumnElement[bool]) -> CTE:
    """What the timetable says about each day, both ends counted: holidays, term ends and bells considered.

    `slots`: conditions on the rows of the timetable; what they leave out costs nothing.
    Columns: course_id, teacher_id, date, number, rooms, starts_at, ends_at.
    """
    day = cast(func.generate_series(first, last, timedelta(days=1)).column_valued("day"), Date)
    days = select(day.label("date")).cte("days")

    of_course = (
        select(Group)
        .join(CourseGroup, CourseGroup.group_id == Group.id)
        .where(CourseGroup.course_id == Slot.course_id)
        .correlate(Slot)
    )
    campus_id = of_course.with_only_columns(func.min(Group.campus_id)).scalar_subquery()
    bell = (
        select(Bell.starts_at, Bell.ends_at)
        .where(
            Bell.school_id == school_id,
            Bell.number == Slot.number,
            or_(Bell.weekday.is_(None), Bell.weekday == Slot.weekday),
            or_(Bell.campus_id.is_(None), Bell.campus_id == campus_id),
        )
        .order_by(Bell.campus_id.is_(None), Bell.weekday.is_(None))
        .limit(1)
        .correlate(Slot)
        .lateral("bell")
    )
    on_holiday = exists().where(
        Holiday.year_id == SchoolYear.id, days.c.date.between(Holiday.starts_on, Holiday.ends_on)
    )
    terms = (
        exists()
        .where(Term.year_id == SchoolYear.id, or_(Term.grades.is_(None), Group.grade == any_(Term.grades)))
        .correlate(SchoolYear, Group, days)
    )
    in_term = (
        of_course.correlate(Slot, SchoolYear, days)
        .where(or_(not_(terms), terms.where(days.c.date.between(Term.starts_on, Term.ends_on))))
        .exists()
    )

    def moment(local: Any) -> Any:
        return func.timezone(School.timezone, days.c.date + local)

    return (
        select(
            Slot.course_id,
            Slot.teacher_id,
            days.c.date,
            Slot.number,
            Slot.rooms,
            moment(bell.c.starts_at).label("starts_at"),
            moment(bell.c.ends_at).label("ends_at"),
        )
        .select_from(days)
        .join(
            Slot,
            and_(
                Slot.school_id == school_id,
                Slot.weekday == func.extract("isodow", days.c.date),
                days.c.date.between(Slot.starts_on, Slot.ends_on),
                *slots,
            ),
        )
        .join(Course, Course.id == Slot.course_id)
        .join(
            SchoolYear,
            and_(
                SchoolYear.id == Course.year_id,
                days.c.date.between(SchoolYear.starts_on, SchoolYear.ends_on),
            ),
        )
        .join(School, School.id == Slot.school_id)
        .join(bell, literal(True))
        .where(
            or_(Slot.week.is_(None), Slot.week == week_parity(days.c.date, SchoolYear.starts_on)),
            not_(on_holiday),
            in_term,
        )
        .cte("derived")
    )
