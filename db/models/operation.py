"""What was done, and when jobs ran."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from db.enums import JobState
from db.models.base import Base, Id, SchoolId, Small, checked, reference


class AuditEntry(Base):
    """Who changed what, from what to what (J5); triggers refuse to update, delete or truncate it."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_subject", "subject_type", "subject_id"),
        Index("ix_audit_person_id_at", "person_id", "at"),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = reference("person.id", index=False)
    """None: the command line or a job."""
    binding_id: Mapped[int | None] = reference("binding.id", index=False)
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    pupil_id: Mapped[int | None] = reference("person.id")
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


class JobRun(Base):
    """The ledger of scheduled jobs: a slot is run once, whoever wakes up first."""

    __tablename__ = "job_run"

    school_id: Mapped[int] = reference("school.id", index=False, primary_key=True)
    job: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    state: Mapped[JobState] = mapped_column(checked(JobState))
    claim_token: Mapped[UUID]
    lease_until: Mapped[datetime]
    attempts: Mapped[Small]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]
