"""What families chose, were sent and confirmed (C2, C4, C7, S7, U12)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.enums import CardChangeState, CardField, NoticeMode, NoticeTopic, PersonalDataWish
from db.models.base import Base, Id, ParentsSchoolId, SchoolId, Small, checked, reference


class NoticePreferences(Base):
    """What a person wants otherwise than the institution has it; None: as the institution has it."""

    __tablename__ = "notice_preferences"

    person_id: Mapped[int] = reference("person.id", index=False, primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    digest_weekday: Mapped[Small | None]
    digest_time: Mapped[time | None]
    quiet_from: Mapped[time | None]
    quiet_to: Mapped[time | None]
    evening_time: Mapped[time | None]
    personal_data: Mapped[PersonalDataWish | None] = mapped_column(checked(PersonalDataWish))
    language: Mapped[str | None]
    """A catalogue of handlers/texts/locales."""


class NoticeChoice(Base):
    """How a person wants to be told of a topic; without a row, at once."""

    __tablename__ = "notice_choice"

    person_id: Mapped[int] = reference("person.id", index=False, primary_key=True)
    topic: Mapped[NoticeTopic] = mapped_column(checked(NoticeTopic), primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    mode: Mapped[NoticeMode] = mapped_column(checked(NoticeMode))


class WeekSummary(Base):
    """A pupil's week as it was when the first digest of it was queued (C2)."""

    __tablename__ = "week_summary"

    pupil_id: Mapped[int] = reference("person.id", index=False, primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    content: Mapped[dict[str, Any]]


class Digest(Base):
    """A guardian's weekly digest of a pupil: one, whatever happens (C7)."""

    __tablename__ = "digest"
    __table_args__ = (Index("ix_digest_guardian_id", "guardian_id"),)

    pupil_id: Mapped[int] = reference("person.id", index=False, primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    guardian_id: Mapped[int] = reference("person.id", index=False, primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    decided_at: Mapped[datetime]
    skipped: Mapped[str | None]
    """Why none was queued: a services.week.SkippedDigest."""
    acknowledged_at: Mapped[datetime | None]


class FailingNotice(Base):
    """A pupil who is failing in a subject by the institution's rule, told once a term (C4)."""

    __tablename__ = "failing_notice"

    pupil_id: Mapped[int] = reference("person.id", index=False, primary_key=True)
    course_id: Mapped[int] = reference("course.id", primary_key=True)
    term_id: Mapped[int] = reference("term.id", primary_key=True)
    school_id: Mapped[SchoolId]
    found_on: Mapped[date]


class CardCheck(Base):
    """The class teacher has checked a pupil's personal card in a month (S7)."""

    __tablename__ = "card_check"

    pupil_id: Mapped[int] = reference("person.id", index=False, primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    school_id: Mapped[ParentsSchoolId]
    checked_by: Mapped[int] = reference("person.id", index=False)
    checked_at: Mapped[datetime]


class CardConfirmation(Base):
    """A guardian has confirmed what the school keeps of a pupil and of themself in a month (U12)."""

    __tablename__ = "card_confirmation"

    pupil_id: Mapped[int] = reference("person.id", index=False, primary_key=True)
    guardian_id: Mapped[int] = reference("person.id", primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    school_id: Mapped[ParentsSchoolId]
    confirmed_at: Mapped[datetime]


class CardChange(Base):
    """A change of a card that a guardian asks for; it is made when the school approves it (U12)."""

    __tablename__ = "card_change"
    __table_args__ = (
        Index(
            "uq_card_change_open",
            "person_id",
            "field",
            unique=True,
            postgresql_where="state = 'open'",
        ),
        Index("ix_card_change_pupil_id", "pupil_id"),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    pupil_id: Mapped[int] = reference("person.id", index=False)
    """Whose family."""
    person_id: Mapped[int] = reference("person.id", index=False)
    """Whose card: the pupil or the guardian."""
    field: Mapped[CardField] = mapped_column(checked(CardField))
    before: Mapped[str]
    after: Mapped[str]
    requested_by: Mapped[int] = reference("person.id", index=False)
    requested_at: Mapped[datetime]
    state: Mapped[CardChangeState] = mapped_column(checked(CardChangeState))
    decided_by: Mapped[int | None] = reference("person.id", index=False)
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    """Why it was declined."""


class Event(Base):
    """Something that happens in a class or, without one, in the whole school (C6)."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_school_id", "school_id", "date"),)

    id: Mapped[Id]
    school_id: Mapped[int] = reference("school.id", index=False)
    group_id: Mapped[int | None] = reference("study_group.id")
    date: Mapped[date]
    starts_at: Mapped[time | None]
    """Local to the school; None: all day."""
    title: Mapped[str]
    text: Mapped[str]
    remind_days: Mapped[Small | None]
    """Days before the event on which families are reminded; None: they are not."""
    entered_by: Mapped[int] = reference("person.id", index=False)
    entered_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class PublishedDocument(Base):
    """A document or instruction that everybody concerned may read (U13)."""

    __tablename__ = "published_document"
    __table_args__ = (UniqueConstraint("file_id", "title"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    title: Mapped[str]
    file_id: Mapped[int] = reference("stored_file.id", index=False)
    for_families: Mapped[bool]
    """False: for staff only."""
    published_by: Mapped[int] = reference("person.id", index=False)
    published_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
