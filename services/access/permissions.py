"""The one page that says who may do what. A permission without an entry is nobody's."""

from __future__ import annotations

from enum import StrEnum

from db.enums import StaffRole
from services.access.predicates import (
    Predicate,
    has_role,
    is_class_teacher_of,
    is_guardian_of,
    is_that_pupil,
    substitutes,
    teaches,
)


class Permission(StrEnum):
    SEE_LESSON = "see_lesson"
    TAKE_REGISTER = "take_register"
    SEE_CLASS_DAY = "see_class_day"
    CONFIRM_REASONS = "confirm_reasons"
    PLAN_ABSENCE = "plan_absence"
    ANSWER_ALERT = "answer_alert"
    SEE_PUPIL = "see_pupil"
    ENTER_SUBSTITUTION = "enter_substitution"


_management = has_role(StaffRole.DIRECTOR, StaffRole.DEPUTY, StaffRole.HEAD)

WHO_MAY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.SEE_LESSON: (teaches, substitutes, is_class_teacher_of, _management),
    Permission.TAKE_REGISTER: (teaches, substitutes),
    Permission.SEE_CLASS_DAY: (is_class_teacher_of, _management),
    Permission.CONFIRM_REASONS: (is_class_teacher_of,),
    Permission.PLAN_ABSENCE: (is_class_teacher_of,),
    Permission.ANSWER_ALERT: (is_guardian_of,),
    Permission.SEE_PUPIL: (is_guardian_of, is_that_pupil, is_class_teacher_of, _management),
    Permission.ENTER_SUBSTITUTION: (has_role(StaffRole.DEPUTY, StaffRole.DIRECTOR),),
}
