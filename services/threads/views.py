"""What conversations look like from outside the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.queries.courses import CourseRow
from db.queries.names import Colleague
from db.queries.threads import ThreadPupil, ThreadRow, WaitingCount
from db.queries.threads_messages import MessageRow, Passage, Version
from db.queries.threads_mutes import MuteRow
from db.queries.threads_people import CourseTeacherRow, GuardianRow
from services.threads.access import Side
from services.threads.hours import Week

__all__ = [
    "Addressees",
    "Colleague",
    "CoursePupils",
    "CourseRow",
    "CourseTeacherRow",
    "Families",
    "Found",
    "GuardianRow",
    "MessageRow",
    "MuteRow",
    "Passage",
    "ThreadList",
    "ThreadPage",
    "ThreadPupil",
    "ThreadRow",
    "ThreadSheet",
    "ThreadView",
    "Version",
    "WaitingCount",
    "Written",
]


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread as one of its sides sees it."""

    thread: ThreadRow
    side: Side
    """The viewer's."""
    read_from: datetime | None
    """When the other side reads what is written now; None: at once."""
    week: Week
    """When the school's side reads."""


@dataclass(frozen=True, slots=True)
class Written:
    """What has become of a message."""

    view: ThreadView
    message_id: int
    reached: bool
    """Somebody on the other side has an account that takes messages."""


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A thread with its messages, the oldest first."""

    view: ThreadView
    messages: tuple[MessageRow, ...]
    passages: dict[int, Passage]
    """Of the viewer's side's own messages."""
    mute: MuteRow | None
    """In force for the thread's guardian and pupil."""
    may_mute: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class ThreadList:
    threads: tuple[tuple[ThreadRow, Side], ...]
    page: int
    more: bool
    waiting: int
    """Questions that wait for the actor."""
    answers: bool
    """The actor answers for the school somewhere."""
    counts: tuple[WaitingCount, ...]
    """Only for those who may see whom questions have waited for too long."""
    sees_mutes: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Found:
    words: str
    messages: tuple[tuple[MessageRow, ThreadRow, Side], ...]
    """The newest first."""


@dataclass(frozen=True, slots=True)
class ThreadSheet:
    """A whole thread with every version, for print."""

    view: ThreadView
    messages: tuple[MessageRow, ...]
    earlier: tuple[Version, ...]
    printed_at: datetime
    school: str


@dataclass(frozen=True, slots=True)
class Addressees:
    """To whom a guardian may write about a pupil."""

    pupil_id: int
    first_name: str
    class_teachers: tuple[Colleague, ...]
    teachers: tuple[CourseTeacherRow, ...]
    mute: MuteRow | None
    """In force: only the administration takes messages."""


@dataclass(frozen=True, slots=True)
class CoursePupils:
    """Whose families a teacher may write to about a course."""

    course: CourseRow
    pupils: tuple[Colleague, ...]
    """By name."""


@dataclass(frozen=True, slots=True)
class Families:
    """Whom a colleague may write to about a pupil, and as whom."""

    pupil: Colleague
    guardians: tuple[GuardianRow, ...]
    as_class_teacher: bool
    courses: tuple[CourseTeacherRow, ...]
    """The colleague's own, with this pupil."""
    as_administration: bool
