"""Every mapped class, by its one name."""

from db.models.access import Binding, CompromiseReport, Consent, Invitation, InvitationAttempt
from db.models.attendance import AbsenceDay, Attendance, Dispute, PlannedAbsence, Register
from db.models.base import Base
from db.models.institution import (
    AbsenceReason,
    Bell,
    Campus,
    Holiday,
    School,
    SchoolSetting,
    SchoolYear,
    Term,
)
from db.models.messaging import Conversation, InboxUpdate, OutboxMessage
from db.models.operation import AuditEntry, JobRun
from db.models.people import (
    ClassTeacher,
    Enrolment,
    Group,
    Guardianship,
    Person,
    StaffAppointment,
)
from db.models.timetable import (
    Course,
    CourseGroup,
    CourseTeacher,
    Lesson,
    PlanTopic,
    Slot,
    SubgroupMember,
    Subject,
    Substitution,
)

__all__ = [
    "AbsenceDay",
    "AbsenceReason",
    "Attendance",
    "AuditEntry",
    "Base",
    "Bell",
    "Binding",
    "Campus",
    "ClassTeacher",
    "CompromiseReport",
    "Consent",
    "Conversation",
    "Course",
    "CourseGroup",
    "CourseTeacher",
    "Dispute",
    "Enrolment",
    "Group",
    "Guardianship",
    "Holiday",
    "InboxUpdate",
    "Invitation",
    "InvitationAttempt",
    "JobRun",
    "Lesson",
    "OutboxMessage",
    "Person",
    "PlanTopic",
    "PlannedAbsence",
    "Register",
    "School",
    "SchoolSetting",
    "SchoolYear",
    "Slot",
    "StaffAppointment",
    "SubgroupMember",
    "Subject",
    "Substitution",
    "Term",
]
