"""The register, reasons and what parents said (J7, C4, C7)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.enums import (
    Answer,
    AttendanceSource,
    AttendanceStatus,
    DisputeResolution,
    MissingRecord,
    RequestState,
)
from db.models.base import Base, Id, ParentsSchoolId, SchoolId, Small, checked, reference


class Register(Base):
    """A lesson's page and its register. `taken_at` empty: not taken, which is never «all present».

    The row is made when somebody first writes in the lesson; from then on it no longer follows the timetable.
    """

    __tablename__ = "register"

    lesson_id: Mapped[int] = reference("lesson.id", index=False, primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    opened_at: Mapped[datetime | None]
    """When the register was begun; None: something else was written in the lesson first."""
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[int | None] = reference("person.id", index=False)
    no_homework_at: Mapped[datetime | None]
    """When the teacher said that nothing is set (J3)."""


class Attendance(Base):
    """One cell of a register; a pupil without a row in a taken register was present."""

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint("(status = 'late') or late_minutes is null", name="minutes_only_when_late"),
        CheckConstraint("late_minutes between 1 and 120", name="minutes"),
        Index("ix_attendance_pupil_id", "pupil_id"),
    )

    lesson_id: Mapped[int] = reference("lesson.id", index=False, primary_key=True)
    pupil_id: Mapped[int] = reference("person.id", index=False, primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    status: Mapped[AttendanceStatus] = mapped_column(checked(AttendanceStatus))
    late_minutes: Mapped[Small | None]
    source: Mapped[AttendanceSource] = mapped_column(checked(AttendanceSource))
    set_by: Mapped[int] = reference("person.id", index=False)
    set_at: Mapped[datetime]
    alert_at: Mapped[datetime | None]
    """End of the undo window: from then on guardians may know of this absence. It stays when the cell is
    corrected later, because then they must know of the correction too."""


class AbsenceDay(Base):
    """Why a pupil is missing on a day: what a guardian stated and what the class teacher confirmed."""

    __tablename__ = "absence_day"

    pupil_id: Mapped[int] = reference("person.id", index=False, primary_key=True)
    date: Mapped[date] = mapped_column(primary_key=True)
    school_id: Mapped[SchoolId]
    answer: Mapped[Answer | None] = mapped_column(checked(Answer))
    answered_by: Mapped[int | None] = reference("person.id", index=False)
    answered_at: Mapped[datetime | None]
    reason_id: Mapped[int | None] = reference("absence_reason.id", index=False)
    confirmed_by: Mapped[int | None] = reference("person.id", index=False)
    confirmed_at: Mapped[datetime | None]


class Dispute(Base):
    """A guardian answered «он в школе!»; the lesson's teacher corrects the register or upholds it."""

    __tablename__ = "dispute"

    lesson_id: Mapped[int] = reference("lesson.id", index=False, primary_key=True)
    pupil_id: Mapped[int] = reference("person.id", primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    raised_by: Mapped[int] = reference("person.id", index=False)
    raised_at: Mapped[datetime]
    resolution: Mapped[DisputeResolution | None] = mapped_column(checked(DisputeResolution))
    resolved_by: Mapped[int | None] = reference("person.id", index=False)
    resolved_at: Mapped[datetime | None]


class PlannedAbsence(Base):
    """Known before it happens: registers of these lessons are pre-filled and no alert leaves."""

    __tablename__ = "planned_absence"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="dates"),
        Index("ix_planned_absence_pupil_id_dates", "pupil_id", "starts_on", "ends_on"),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    pupil_id: Mapped[int] = reference("person.id", index=False)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    first_lesson: Mapped[Small | None]
    last_lesson: Mapped[Small | None]
    reason_id: Mapped[int] = reference("absence_reason.id", index=False)
    entered_by: Mapped[int] = reference("person.id", index=False)
    entered_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class AbsenceRequest(Base):
    """An absence that a guardian announces; the class teacher accepts it, asks for a document or rejects it.

    The planned absence stands from the moment of sending, so that registers are pre-filled at once; a
    rejection cancels it.
    """

    __tablename__ = "absence_request"
    __table_args__ = (Index("ix_absence_request_pupil_id", "pupil_id", "requested_at"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    pupil_id: Mapped[int] = reference("person.id", index=False)
    planned_id: Mapped[int] = reference("planned_absence.id")
    comment: Mapped[str]
    requested_by: Mapped[int] = reference("person.id", index=False)
    requested_at: Mapped[datetime]
    state: Mapped[RequestState] = mapped_column(checked(RequestState))
    document_due_on: Mapped[date | None]
    """By when the document that the class teacher asks for is to be brought."""
    refusal: Mapped[str]
    """Why it is rejected, in the class teacher's words; empty in every other state."""
    decided_by: Mapped[int | None] = reference("person.id", index=False)
    decided_at: Mapped[datetime | None]


class Exemption(Base):
    """A pupil who need not do a subject, or not attend it, from a day to a day, both counted (J7)."""

    __tablename__ = "exemption"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="dates"),
        Index("ix_exemption_pupil_id", "pupil_id", "starts_on"),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    pupil_id: Mapped[int] = reference("person.id", index=False)
    subject_id: Mapped[int] = reference("subject.id", index=False)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    attends: Mapped[bool]
    """Sits in the lesson without doing the tasks, so an absence from it still counts."""
    ground: Mapped[str]
    """The document that it rests on."""
    entered_by: Mapped[int] = reference("person.id", index=False)
    entered_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class WeekReconciliation(Base):
    """The class teacher has gone through the absences of a class's week (J7)."""

    __tablename__ = "week_reconciliation"

    group_id: Mapped[int] = reference("study_group.id", index=False, primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    reconciled_by: Mapped[int] = reference("person.id", index=False)
    reconciled_at: Mapped[datetime]


class InformationLetter(Base):
    """Results, attendance and behaviour of a pupil, sent to the guardians by the class teacher (C2)."""

    __tablename__ = "information_letter"
    __table_args__ = (Index("ix_information_letter_pupil_id", "pupil_id", "sent_at"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    pupil_id: Mapped[int] = reference("person.id", index=False)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    remark: Mapped[str]
    content: Mapped[dict[str, Any]]
    """What it said when it was sent: a services.letters.LetterContent."""
    sent_by: Mapped[int] = reference("person.id", index=False)
    sent_at: Mapped[datetime]


class LetterReceipt(Base):
    """A guardian's «Ознакомлен(а)» under an information letter."""

    __tablename__ = "letter_receipt"

    letter_id: Mapped[int] = reference("information_letter.id", index=False, primary_key=True)
    guardian_id: Mapped[int] = reference("person.id", primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    acknowledged_at: Mapped[datetime]


class Omission(Base):
    """The class teacher tells the deputy that something is missing in a lesson (C5)."""

    __tablename__ = "omission"
    __table_args__ = (
        UniqueConstraint("lesson_id", "missing", "group_id"),
        Index("ix_omission_open", "school_id", "told_at", postgresql_where="settled_at is null"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = reference("school.id", index=False)
    group_id: Mapped[int] = reference("study_group.id", index=False)
    lesson_id: Mapped[int] = reference("lesson.id", index=False)
    missing: Mapped[MissingRecord] = mapped_column(checked(MissingRecord))
    comment: Mapped[str]
    told_by: Mapped[int] = reference("person.id", index=False)
    told_at: Mapped[datetime]
    settled_by: Mapped[int | None] = reference("person.id", index=False)
    settled_at: Mapped[datetime | None]
