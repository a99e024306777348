"""Who may do what to whose: the whole table, written as a person would check it.

Subjects: «own» is the class 7Б, its lesson, its pupil Ivanov (for a pupil: themself), its family; «foreign»
the same of 7В; «former» a pupil who left 7Б (and for families that pupil's guardian); «staff» a colleague;
«self» the actor's own card. «other school» must never stand in the table.
"""

from __future__ import annotations

from services.access.permissions import Permission

P = Permission
EVERYWHERE = "own foreign former"

ROLES = (
    "teacher",
    "substitute",
    "class teacher",
    "former class teacher",
    "dismissed class teacher",
    "guardian",
    "guardian without consent",
    "former guardian",
    "pupil",
    "pupil without consent",
    "administrator",
    "director",
    "deputy",
    "head",
    "secretary",
    "hr",
    "former director",
    "director of another school",
)

LESSONS = (P.SEE_LESSON, P.TAKE_REGISTER, P.KEEP_JOURNAL, P.TELL_OMISSION)
COURSES = (
    *(P.SEE_JOURNAL, P.GIVE_FINAL_MARKS, P.SEE_PLAN, P.EDIT_PLAN),
    *(P.SEE_SUBGROUPS, P.AGREE_SUBGROUPS, P.WRITE_ABOUT_COURSE),
)
GROUPS = (
    *(P.SEE_CLASS_DAY, P.SEE_FAMILIES, P.RECONCILE_ABSENCES, P.SEE_RECEIPTS, P.PRINT_WEEK),
    *(P.BROADCAST, P.BROADCAST_URGENTLY, P.SEE_EVENTS, P.EDIT_EVENTS),
)
PUPILS = (
    *(P.CONFIRM_REASONS, P.PLAN_ABSENCE, P.ANSWER_ALERT, P.SEE_PUPIL),
    *(P.GIVE_CONSENT, P.RECORD_CONSENT, P.ACKNOWLEDGE, P.REQUEST_ABSENCE, P.RECORD_EXEMPTION),
    *(P.SEND_LETTER, P.WRITE_TO_SCHOOL, P.WRITE_TO_FAMILY, P.MUTE_GUARDIAN),
    P.ANSWER_AS_CLASS_TEACHER,
    *(P.SEE_CARD, P.CONFIRM_CARD, P.CHECK_CARD, P.DECIDE_CARD_CHANGE),
)
PEOPLE = (P.INVITE_PERSON, P.CONFIRM_BINDING, P.FREEZE_ACCESS)
SCHOOLS = (
    *(P.ENTER_SUBSTITUTION, P.SEE_SUBSTITUTIONS, P.UNLOCK_JOURNAL, P.VOID_OPERATIONS),
    *(P.SEE_STAFF_ACCESS, P.SEE_COMPROMISES, P.RECEIVE_COMPROMISE, P.SEE_BACKUPS, P.SEE_UNSENT),
    *(P.SEE_OMISSIONS, P.SEE_EVERY_BROADCAST, P.SEE_MUTES, P.SEE_UNANSWERED),
    *(P.ANSWER_ADMINISTRATION, P.ANSWER_HELP, P.PUBLISH_DOCUMENTS),
)

KIND_OF = {
    permission: kind
    for kind, permissions in (
        ("lesson", LESSONS),
        ("course", COURSES),
        ("group", GROUPS),
        ("pupil", PUPILS),
        ("person", PEOPLE),
        ("school", SCHOOLS),
    )
    for permission in permissions
}

# permission: {role: what of}; a role that is not named may do it to nobody.
MAY: dict[Permission, dict[str, str]] = {
    P.SEE_LESSON: {
        "teacher": "own",
        "substitute": "own",
        "class teacher": "own",
        "director": "own foreign",
        "deputy": "own foreign",
        "head": "own foreign",
    },
    P.TAKE_REGISTER: {"teacher": "own", "substitute": "own"},
    P.KEEP_JOURNAL: {"teacher": "own", "substitute": "own"},
    P.SEE_JOURNAL: {
        "teacher": "own",
        "class teacher": "own",
        "director": "own foreign",
        "deputy": "own foreign",
        "head": "own foreign",
    },
    P.GIVE_FINAL_MARKS: {"teacher": "own"},
    P.SEE_PLAN: {
        "teacher": "own",
        "class teacher": "own",
        "director": "own foreign",
        "deputy": "own foreign",
        "head": "own foreign",
    },
    P.EDIT_PLAN: {
        "teacher": "own",
        "director": "own foreign",
        "deputy": "own foreign",
        "head": "own foreign",
    },
    P.SEE_SUBGROUPS: {
        "teacher": "own",
        "class teacher": "own",
        "director": "own foreign",
        "deputy": "own foreign",
        "head": "own foreign",
    },
    P.AGREE_SUBGROUPS: {"teacher": "own", "class teacher": "own"},
    P.SEE_CLASS_DAY: {
        "class teacher": "own",
        "director": "own foreign",
        "deputy": "own foreign",
        "head": "own foreign",
    },
    P.SEE_FAMILIES: {"class teacher": "own", "administrator": "own foreign"},
    P.CONFIRM_REASONS: {"class teacher": "own"},
    P.PLAN_ABSENCE: {"class teacher": "own"},
    P.ANSWER_ALERT: {"guardian": "own"},
    P.SEE_PUPIL: {
        "class teacher": "own",
        "guardian": "own",
        "pupil": "own",
        "director": EVERYWHERE,
        "deputy": EVERYWHERE,
        "head": EVERYWHERE,
    },
    P.GIVE_CONSENT: {
        "guardian": "own",
        "guardian without consent": "own",
        "pupil": "own",
        "pupil without consent": "own",
    },
    P.RECORD_CONSENT: {"class teacher": "own"},
    P.INVITE_PERSON: {"class teacher": "own", "administrator": "own foreign former staff self"},
    P.CONFIRM_BINDING: {
        "class teacher": "own",
        "administrator": "own foreign former staff self",
        "secretary": "own foreign former staff self",
    },
    P.FREEZE_ACCESS: {
        **{role: "self" for role in ROLES},
        "class teacher": "own self",
        "guardian": "self",
        "administrator": "own foreign former staff self",
    },
    P.ENTER_SUBSTITUTION: {"director": "own", "deputy": "own"},
    P.SEE_SUBSTITUTIONS: {"director": "own", "deputy": "own", "head": "own"},
    P.UNLOCK_JOURNAL: {"director": "own", "deputy": "own"},
    P.VOID_OPERATIONS: {"director": "own", "deputy": "own"},
    P.SEE_STAFF_ACCESS: {"administrator": "own", "secretary": "own"},
    P.SEE_COMPROMISES: {"administrator": "own", "deputy": "own", "director": "own"},
    P.RECEIVE_COMPROMISE: {"director": "own"},
    P.SEE_BACKUPS: {"administrator": "own"},
    P.SEE_UNSENT: {"administrator": "own"},
    P.ACKNOWLEDGE: {"guardian": "own", "pupil": "own"},
    P.REQUEST_ABSENCE: {"guardian": "own"},
    P.RECONCILE_ABSENCES: {"class teacher": "own"},
    P.RECORD_EXEMPTION: {"class teacher": "own"},
    P.TELL_OMISSION: {"class teacher": "own"},
    P.SEE_OMISSIONS: {"director": "own", "deputy": "own"},
    P.SEND_LETTER: {"class teacher": "own"},
    P.SEE_RECEIPTS: {
        "class teacher": "own",
        "director": "own foreign",
        "deputy": "own foreign",
        "head": "own foreign",
    },
    P.PRINT_WEEK: {
        "class teacher": "own",
        "director": "own foreign",
        "deputy": "own foreign",
        "head": "own foreign",
    },
    P.BROADCAST: {
        "class teacher": "own",
        "director": "own foreign",
        "deputy": "own foreign",
        "head": "own foreign",
    },
    P.BROADCAST_URGENTLY: {
        "class teacher": "own",
        "director": "own foreign",
        "deputy": "own foreign",
    },
    P.SEE_EVERY_BROADCAST: {"director": "own", "deputy": "own"},
    P.WRITE_TO_SCHOOL: {"guardian": "own"},
    P.WRITE_TO_FAMILY: {
        "class teacher": "own",
        "director": EVERYWHERE,
        "deputy": EVERYWHERE,
    },
    P.WRITE_ABOUT_COURSE: {"teacher": "own"},
    P.ANSWER_AS_CLASS_TEACHER: {"class teacher": "own"},
    P.MUTE_GUARDIAN: {"class teacher": "own"},
    P.SEE_MUTES: {"director": "own", "deputy": "own"},
    P.ANSWER_ADMINISTRATION: {"director": "own", "deputy": "own"},
    P.SEE_UNANSWERED: {"director": "own", "deputy": "own"},
    P.ANSWER_HELP: {"administrator": "own", "secretary": "own"},
    P.SEE_CARD: {
        "guardian": "own",
        "class teacher": "own",
        "administrator": EVERYWHERE,
        "secretary": EVERYWHERE,
    },
    P.CONFIRM_CARD: {"guardian": "own"},
    P.CHECK_CARD: {"class teacher": "own"},
    P.DECIDE_CARD_CHANGE: {
        "class teacher": "own",
        "administrator": EVERYWHERE,
        "secretary": EVERYWHERE,
    },
    P.SEE_EVENTS: {
        "class teacher": "own",
        "administrator": "own foreign",
        "director": "own foreign",
        "deputy": "own foreign",
        "head": "own foreign",
    },
    P.EDIT_EVENTS: {
        "class teacher": "own",
        "administrator": "own foreign",
        "director": "own foreign",
        "deputy": "own foreign",
    },
    P.PUBLISH_DOCUMENTS: {"administrator": "own", "director": "own", "deputy": "own"},
}
