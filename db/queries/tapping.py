"""Who taps, for statements that ask it themselves: the hot path has one round trip."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, bindparam, exists, or_, select

from db.enums import BindingState
from db.models import Binding, Lesson, StaffAppointment
from db.queries.locks import today
from db.queries.periods import in_force
from db.queries.timetable import substitute_of

AUDIT_COLUMNS = (
    *("school_id", "at", "person_id", "binding_id", "action"),
    *("subject_type", "subject_id", "pupil_id", "before", "after"),
)
"""Of a row of history, in the order in which a statement selects them."""


def account_holder() -> CTE:
    """The person behind an account: person_id, binding_id, school_id. Parameters: account_school_id,
    channel, external_user_id."""
    return (
        select(Binding.person_id, Binding.id.label("binding_id"), Binding.school_id)
        .where(
            Binding.school_id == bindparam("account_school_id"),
            Binding.channel == bindparam("channel"),
            Binding.external_user_id == bindparam("external_user_id"),
            Binding.state == BindingState.ACTIVE,
        )
        .cte("who")
    )


def gives_lesson(who: CTE, now: Any) -> ColumnElement[bool]:
    """What `teaches` and `substitutes` of services.access.predicates say. Needs `lesson` and `school`."""
    employed = exists().where(
        StaffAppointment.person_id == who.c.person_id, in_force(StaffAppointment, today(now))
    )
    return and_(
        who.c.school_id == Lesson.school_id,
        or_(
            Lesson.teacher_id == who.c.person_id,
            substitute_of(Lesson.course_id, Lesson.date, Lesson.number) == who.c.person_id,
        ),
        employed,
    )
