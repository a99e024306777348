"""Rows that hold from a day to a day, both counted; an open end holds for ever."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement

from db.models import (
    ClassTeacher,
    CourseTeacher,
    Enrolment,
    Guardianship,
    SchoolYear,
    Slot,
    StaffAppointment,
    SubgroupMember,
)

Period = (
    type[StaffAppointment]
    | type[ClassTeacher]
    | type[CourseTeacher]
    | type[Guardianship]
    | type[Enrolment]
    | type[SchoolYear]
    | type[Slot]
    | type[SubgroupMember]
)


def in_force(period: Period, day: ColumnElement[date] | date) -> ColumnElement[bool]:
    """The row holds on `day`."""
    return (period.starts_on <= day) & (period.ends_on.is_(None) | (period.ends_on >= day))


def not_ended(period: Period, day: ColumnElement[date] | date) -> ColumnElement[bool]:
    """The row holds on `day` or begins later."""
    return period.ends_on.is_(None) | (period.ends_on >= day)
