"""The one page that says who may do what. A permission without an entry is nobody's."""

from __future__ import annotations

from enum import StrEnum

from db.enums import StaffRole
from services.access.predicates import (
    Predicate,
    has_role,
    is_class_teacher_of,
    is_guardian_of,
    is_self,
    is_that_pupil,
    leads_family_of,
    may_consent_for,
    substitutes,
    teaches,
    teaches_course,
)


class Permission(StrEnum):
    SEE_LESSON = "see_lesson"
    TAKE_REGISTER = "take_register"
    KEEP_JOURNAL = "keep_journal"
    SEE_JOURNAL = "see_journal"
    GIVE_FINAL_MARKS = "give_final_marks"
    SEE_PLAN = "see_plan"
    EDIT_PLAN = "edit_plan"
    SEE_SUBGROUPS = "see_subgroups"
    AGREE_SUBGROUPS = "agree_subgroups"
    UNLOCK_JOURNAL = "unlock_journal"
    VOID_OPERATIONS = "void_operations"
    SEE_CLASS_DAY = "see_class_day"
    CONFIRM_REASONS = "confirm_reasons"
    PLAN_ABSENCE = "plan_absence"
    ANSWER_ALERT = "answer_alert"
    SEE_PUPIL = "see_pupil"
    ENTER_SUBSTITUTION = "enter_substitution"
    SEE_SUBSTITUTIONS = "see_substitutions"
    SEE_FAMILIES = "see_families"
    INVITE_PERSON = "invite_person"
    CONFIRM_BINDING = "confirm_binding"
    FREEZE_ACCESS = "freeze_access"
    GIVE_CONSENT = "give_consent"
    RECORD_CONSENT = "record_consent"
    SEE_STAFF_ACCESS = "see_staff_access"
    SEE_COMPROMISES = "see_compromises"
    RECEIVE_COMPROMISE = "receive_compromise"


_management = has_role(StaffRole.DIRECTOR, StaffRole.DEPUTY, StaffRole.HEAD)
_deputies = has_role(StaffRole.DEPUTY, StaffRole.DIRECTOR)
_administrator = has_role(StaffRole.ADMINISTRATOR)

WHO_MAY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.SEE_LESSON: (teaches, substitutes, is_class_teacher_of, _management),
    Permission.TAKE_REGISTER: (teaches, substitutes),
    # J2-J4: topic, homework and marks of a lesson.
    Permission.KEEP_JOURNAL: (teaches, substitutes),
    Permission.SEE_JOURNAL: (teaches_course, is_class_teacher_of, _management),
    Permission.GIVE_FINAL_MARKS: (teaches_course,),
    Permission.SEE_PLAN: (teaches_course, is_class_teacher_of, _management),
    Permission.EDIT_PLAN: (teaches_course, _management),
    # S2: agreed between the subgroups' teachers and the class teacher.
    Permission.SEE_SUBGROUPS: (teaches_course, is_class_teacher_of, _management),
    Permission.AGREE_SUBGROUPS: (teaches_course, is_class_teacher_of),
    # J5
    Permission.UNLOCK_JOURNAL: (_deputies,),
    Permission.VOID_OPERATIONS: (_deputies,),
    Permission.SEE_CLASS_DAY: (is_class_teacher_of, _management),
    Permission.CONFIRM_REASONS: (is_class_teacher_of,),
    Permission.PLAN_ABSENCE: (is_class_teacher_of,),
    Permission.ANSWER_ALERT: (is_guardian_of,),
    Permission.SEE_PUPIL: (is_guardian_of, is_that_pupil, is_class_teacher_of, _management),
    Permission.ENTER_SUBSTITUTION: (_deputies,),
    Permission.SEE_SUBSTITUTIONS: (_management,),
    # U2: staff get their credentials from the administrator, families from the class teacher.
    Permission.SEE_FAMILIES: (is_class_teacher_of, _administrator),
    Permission.INVITE_PERSON: (leads_family_of, _administrator),
    Permission.CONFIRM_BINDING: (
        leads_family_of,
        has_role(StaffRole.ADMINISTRATOR, StaffRole.SECRETARY),
    ),
    Permission.SEE_STAFF_ACCESS: (has_role(StaffRole.ADMINISTRATOR, StaffRole.SECRETARY),),
    # U3: the class teacher collects consents.
    Permission.GIVE_CONSENT: (may_consent_for,),
    Permission.RECORD_CONSENT: (is_class_teacher_of,),
    # U5
    Permission.FREEZE_ACCESS: (is_self, leads_family_of, _administrator),
    Permission.SEE_COMPROMISES: (_deputies, _administrator),
    Permission.RECEIVE_COMPROMISE: (has_role(StaffRole.DIRECTOR),),
}
