"""Conversations between families and the school (C1, C8, U9)."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.enums import Desk
from db.models.base import Base, Id, ParentsSchoolId, SchoolId, Small, checked, reference


class Thread(Base):
    """A conversation of one person with one colleague or desk of the school, usually about a pupil."""

    __tablename__ = "thread"
    __table_args__ = (
        UniqueConstraint(
            "person_id", "desk", "staff_id", "pupil_id", "course_id", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint("(staff_id is not null) = (desk in ('class_teacher', 'teacher'))", name="staff"),
        CheckConstraint("(course_id is not null) = (desk = 'teacher')", name="course"),
        Index("ix_thread_staff_id", "staff_id", "last_message_at"),
        Index("ix_thread_desk", "school_id", "desk", "last_message_at"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = reference("school.id", index=False)
    person_id: Mapped[int] = reference("person.id", index=False)
    """The guardian, or whoever asks the help point."""
    desk: Mapped[Desk] = mapped_column(checked(Desk))
    staff_id: Mapped[int | None] = reference("person.id", index=False)
    """The class teacher or teacher; None: whoever is on duty at the desk."""
    pupil_id: Mapped[int | None] = reference("person.id")
    course_id: Mapped[int | None] = reference("course.id", index=False)
    last_message_at: Mapped[datetime]
    awaits_school_since: Mapped[datetime | None]
    """The oldest question that the school has not answered yet."""


class ThreadMessage(Base):
    """Something said in a thread. Nothing is removed: an edit is a new row that names the first version."""

    __tablename__ = "thread_message"
    __table_args__ = (
        Index("ix_thread_message_thread_id", "thread_id", "id"),
        Index("ix_thread_message_author_id", "author_id", "sent_at"),
        Index("ix_thread_message_original_id", "original_id", "id"),
        Index(
            "uq_thread_message_inbound",
            "binding_id",
            "inbound_ref",
            unique=True,
            postgresql_where="original_id is null",
        ),
    )

    id: Mapped[Id]
    school_id: Mapped[ParentsSchoolId]
    thread_id: Mapped[int] = reference("thread.id", index=False)
    author_id: Mapped[int] = reference("person.id", index=False)
    from_school: Mapped[bool]
    text: Mapped[str]
    about: Mapped[str]
    """The line of a digest or the message that was answered, as it was quoted; empty without one."""
    sent_at: Mapped[datetime]
    original_id: Mapped[int | None] = reference("thread_message.id", index=False)
    """The first version, of which this is an edit; the latest one counts."""
    binding_id: Mapped[int] = reference("binding.id", index=False)
    """The account it was written from."""
    inbound_ref: Mapped[int]
    """The message's id in that account's chat: one that comes twice is written once, and an edit of it is
    understood."""


class ThreadFile(Base):
    __tablename__ = "thread_file"

    message_id: Mapped[int] = reference("thread_message.id", index=False, primary_key=True)
    file_id: Mapped[int] = reference("stored_file.id", primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    position: Mapped[Small]


class Mute(Base):
    """A guardian whose messages about a pupil the class teacher does not pass on for a while."""

    __tablename__ = "mute"
    __table_args__ = (Index("ix_mute_person_id", "person_id", "until"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    person_id: Mapped[int] = reference("person.id", index=False)
    pupil_id: Mapped[int] = reference("person.id", index=False)
    muted_by: Mapped[int] = reference("person.id", index=False)
    muted_at: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str]
    lifted_at: Mapped[datetime | None]


class OfficeHours(Base):
    """When a colleague reads messages, on an ISO weekday; without any row the institution's hours hold."""

    __tablename__ = "office_hours"
    __table_args__ = (CheckConstraint("opens < closes", name="hours"),)

    person_id: Mapped[int] = reference("person.id", index=False, primary_key=True)
    weekday: Mapped[Small] = mapped_column(primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    opens: Mapped[time]
    closes: Mapped[time]
