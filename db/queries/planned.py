"""Absences known beforehand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from db.models import PlannedAbsence


def covers(day: Any, number: Any) -> ColumnElement[bool]:
    """A planned absence in force that covers this lesson number of this day."""
    return and_(
        PlannedAbsence.cancelled_at.is_(None),
        PlannedAbsence.starts_on <= day,
        PlannedAbsence.ends_on >= day,
        or_(PlannedAbsence.first_lesson.is_(None), PlannedAbsence.first_lesson <= number),
        or_(PlannedAbsence.last_lesson.is_(None), PlannedAbsence.last_lesson >= number),
    )
