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
    ACKNOWLEDGE = "acknowledge"
    REQUEST_ABSENCE = "request_absence"
    RECONCILE_ABSENCES = "reconcile_absences"
    RECORD_EXEMPTION = "record_exemption"
    TELL_OMISSION = "tell_omission"
    SEE_OMISSIONS = "see_omissions"
    SEND_LETTER = "send_letter"
    SEE_RECEIPTS = "see_receipts"
    PRINT_WEEK = "print_week"
    BROADCAST = "broadcast"
    BROADCAST_URGENTLY = "broadcast_urgently"
    SEE_EVERY_BROADCAST = "see_every_broadcast"
    WRITE_TO_SCHOOL = "write_to_school"
    WRITE_TO_FAMILY = "write_to_family"
    WRITE_ABOUT_COURSE = "write_about_course"
    ANSWER_AS_CLASS_TEACHER = "answer_as_class_teacher"
    MUTE_GUARDIAN = "mute_guardian"
    SEE_MUTES = "see_mutes"
    ANSWER_ADMINISTRATION = "answer_administration"
    SEE_UNANSWERED = "see_unanswered"
    ANSWER_HELP = "answer_help"
    SEE_CARD = "see_card"
    CONFIRM_CARD = "confirm_card"
    CHECK_CARD = "check_card"
    DECIDE_CARD_CHANGE = "decide_card_change"
    SEE_EVENTS = "see_events"
    EDIT_EVENTS = "edit_events"
    PUBLISH_DOCUMENTS = "publish_documents"
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
    SEE_BACKUPS = "see_backups"
    SEE_UNSENT = "see_unsent"


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
    # C2, C7: «Ознакомлен(а)» and answers to broadcasts.
    Permission.ACKNOWLEDGE: (is_guardian_of, is_that_pupil),
    Permission.REQUEST_ABSENCE: (is_guardian_of,),
    # J7
    Permission.RECONCILE_ABSENCES: (is_class_teacher_of,),
    Permission.RECORD_EXEMPTION: (is_class_teacher_of,),
    # C5
    Permission.TELL_OMISSION: (is_class_teacher_of,),
    Permission.SEE_OMISSIONS: (_deputies,),
    # C2, C3
    Permission.SEND_LETTER: (is_class_teacher_of,),
    Permission.SEE_RECEIPTS: (is_class_teacher_of, _management),
    Permission.PRINT_WEEK: (is_class_teacher_of, _management),
    # C6, C7: to a class its class teacher; to anybody, the management.
    Permission.BROADCAST: (is_class_teacher_of, _management),
    Permission.BROADCAST_URGENTLY: (is_class_teacher_of, _deputies),
    Permission.SEE_EVERY_BROADCAST: (_deputies,),
    # C1
    Permission.WRITE_TO_SCHOOL: (is_guardian_of,),
    Permission.WRITE_TO_FAMILY: (is_class_teacher_of, _deputies),
    Permission.WRITE_ABOUT_COURSE: (teaches_course,),
    Permission.ANSWER_AS_CLASS_TEACHER: (is_class_teacher_of,),
    Permission.MUTE_GUARDIAN: (is_class_teacher_of,),
    Permission.SEE_MUTES: (_deputies,),
    Permission.ANSWER_ADMINISTRATION: (_deputies,),
    # How many questions wait for whom, never what they say.
    Permission.SEE_UNANSWERED: (_deputies,),
    # U9
    Permission.ANSWER_HELP: (has_role(StaffRole.ADMINISTRATOR, StaffRole.SECRETARY),),
    # S7, U12
    Permission.SEE_CARD: (
        is_guardian_of,
        is_class_teacher_of,
        has_role(StaffRole.ADMINISTRATOR, StaffRole.SECRETARY),
    ),
    Permission.CONFIRM_CARD: (is_guardian_of,),
    Permission.CHECK_CARD: (is_class_teacher_of,),
    Permission.DECIDE_CARD_CHANGE: (
        is_class_teacher_of,
        has_role(StaffRole.ADMINISTRATOR, StaffRole.SECRETARY),
    ),
    # C6: a class's own events by its class teacher, any by those who keep the school's calendar.
    Permission.SEE_EVENTS: (is_class_teacher_of, _management, _administrator),
    Permission.EDIT_EVENTS: (is_class_teacher_of, _deputies, _administrator),
    # U13
    Permission.PUBLISH_DOCUMENTS: (_administrator, _deputies),
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
    # O1, O2
    Permission.SEE_BACKUPS: (_administrator,),
    Permission.SEE_UNSENT: (_administrator,),
}
