"""The closed lists that the database checks. Open lists (reasons, subjects) are rows, not enums."""

from enum import StrEnum


class StaffRole(StrEnum):
    """What a person is employed as (U1). Class teacher, guardian and pupil are relations, not staff roles."""

    ADMINISTRATOR = "administrator"
    DIRECTOR = "director"
    DEPUTY = "deputy"
    HEAD = "head"
    TEACHER = "teacher"
    SECRETARY = "secretary"
    HR = "hr"


class Sex(StrEnum):
    MALE = "m"
    FEMALE = "f"


class TermKind(StrEnum):
    QUARTER = "quarter"
    TRIMESTER = "trimester"
    HALF_YEAR = "half_year"
    SEMESTER = "semester"


class WeekParity(StrEnum):
    """Week 1 holds 1 September and is odd."""

    ODD = "odd"
    EVEN = "even"


class LessonKind(StrEnum):
    """Kinds of lesson that J2 wants named."""

    LESSON = "lesson"
    PRACTICAL = "practical"
    LABORATORY = "laboratory"
    CONTROL = "control"
    EXCURSION = "excursion"
    IT = "it"


class MarkValue(StrEnum):
    """What a cell of the journal may hold (J4)."""

    FIVE = "5"
    FOUR = "4"
    THREE = "3"
    TWO = "2"
    PASSED = "passed"
    FAILED = "failed"
    NOT_ASSESSED = "not_assessed"  # «н/а»
    EXEMPT = "exempt"  # «осв»
    DEBT = "debt"  # «•», with a day by which it is to be settled


class FinalKind(StrEnum):
    """What a final mark is for (J8); a term is a quarter, trimester, half-year or semester."""

    TERM = "term"
    YEAR = "year"
    EXAM = "exam"


class AttendanceStatus(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    LATE = "late"


class AttendanceSource(StrEnum):
    """Where a cell of the register came from; a teacher's own word replaces the other two."""

    TEACHER = "teacher"
    PLANNED = "planned"
    COPIED = "copied"


class Answer(StrEnum):
    """What a guardian may answer inside an absence alert (product.md, idea 3)."""

    SICK = "sick"
    DOCTOR = "doctor"
    FAMILY = "family"
    RUNNING_LATE = "running_late"
    AT_SCHOOL = "at_school"
    UNKNOWN = "unknown"


class DisputeResolution(StrEnum):
    CORRECTED = "corrected"
    UPHELD = "upheld"


class Channel(StrEnum):
    TELEGRAM = "telegram"


class BindingState(StrEnum):
    PENDING = "pending"  # the code was right, the second check waits for the class teacher
    ACTIVE = "active"
    FROZEN = "frozen"  # U5: suspected compromise
    REVOKED = "revoked"


class ConsentWay(StrEnum):
    PAPER = "paper"
    BUTTON = "button"


class OutboxState(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    BLOCKED = "blocked"
    FAILED = "failed"


class InboxState(StrEnum):
    NEW = "new"
    DONE = "done"
    FAILED = "failed"


class JobState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class BackupState(StrEnum):
    RUNNING = "running"
    GOOD = "good"
    FAILED = "failed"


class NoticeTopic(StrEnum):
    """What a family may switch off or put off to the evening; never absence alerts nor urgent messages."""

    MARKS = "marks"
    DEBTS = "debts"
    HOMEWORK = "homework"
    FAILING = "failing"
    DIGEST = "digest"
    EVENTS = "events"
    BROADCASTS = "broadcasts"


class NoticeMode(StrEnum):
    AT_ONCE = "at_once"
    EVENING = "evening"
    OFF = "off"


class PersonalDataWish(StrEnum):
    """Less than the institution's `personal_data`, never more."""

    INITIALS = "initials"
    NONE = "none"


class AudienceKind(StrEnum):
    """Whom a broadcast is for."""

    GROUPS = "groups"
    SCHOOL = "school"
    FAMILIES = "families"


class BroadcastReply(StrEnum):
    """What a broadcast wants back."""

    NONE = "none"
    ACKNOWLEDGE = "acknowledge"
    CHOICE = "choice"


class Desk(StrEnum):
    """Whom at the school a thread is with."""

    CLASS_TEACHER = "class_teacher"
    TEACHER = "teacher"
    ADMINISTRATION = "administration"
    HELP = "help"


class RequestState(StrEnum):
    SENT = "sent"
    ACCEPTED = "accepted"
    DOCUMENT_ASKED = "document_asked"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class CardField(StrEnum):
    """What of a personal card a guardian may ask to change (S7, U12)."""

    LAST_NAME = "last_name"
    FIRST_NAME = "first_name"
    MIDDLE_NAME = "middle_name"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    EMAIL = "email"


class CardChangeState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"


class MissingRecord(StrEnum):
    """What a teacher has left out of a lesson (C5)."""

    REGISTER = "register"
    TOPIC = "topic"
    HOMEWORK = "homework"
    MARKS = "marks"
