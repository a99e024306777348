"""How people get in and what they agreed to (U2-U6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from db.enums import BindingState, Channel, ConsentWay
from db.models.base import Base, Id, SchoolId, checked, reference


class Invitation(Base):
    """A one-time code that binds a messenger account to a person's card."""

    __tablename__ = "invitation"
    __table_args__ = (Index("ix_invitation_person_id", "person_id"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    person_id: Mapped[int] = reference("person.id", index=False)
    code: Mapped[str] = mapped_column(unique=True)
    issued_by: Mapped[int | None] = reference("person.id", index=False)
    """None: issued from the command line."""
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class InvitationAttempt(Base):
    """A wrong code or second check; too many of them close the door for a while."""

    __tablename__ = "invitation_attempt"
    __table_args__ = (
        Index("ix_invitation_attempt_account", "school_id", "channel", "external_user_id", "at"),
        Index("ix_invitation_attempt_invitation_id", "invitation_id", "at"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = reference("school.id", index=False)
    channel: Mapped[Channel] = mapped_column(checked(Channel))
    external_user_id: Mapped[int]
    invitation_id: Mapped[int | None] = reference("invitation.id", index=False)
    at: Mapped[datetime]


class Binding(Base):
    """A messenger account of a person. In a school one account is one person; a person may have several
    accounts, and an account may belong to a person of another school as well."""

    __tablename__ = "binding"
    __table_args__ = (
        Index(
            "uq_binding_live_account",
            "school_id",
            "channel",
            "external_user_id",
            unique=True,
            postgresql_where="state in ('pending', 'active', 'frozen')",
        ),
        Index("ix_binding_person_id", "person_id"),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    person_id: Mapped[int] = reference("person.id", index=False)
    invitation_id: Mapped[int | None] = reference("invitation.id", index=False)
    channel: Mapped[Channel] = mapped_column(checked(Channel))
    external_user_id: Mapped[int]
    chat_id: Mapped[int]
    state: Mapped[BindingState] = mapped_column(checked(BindingState))
    bound_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    """The messenger said that the person blocked the bot; cleared by their next update."""


class Consent(Base):
    """Consent to personal-data processing: of a guardian for a pupil, or of a pupil for themself (U3)."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_person_id_pupil_id", "person_id", "pupil_id"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    person_id: Mapped[int] = reference("person.id", index=False)
    pupil_id: Mapped[int] = reference("person.id")
    version: Mapped[str]
    way: Mapped[ConsentWay] = mapped_column(checked(ConsentWay))
    given_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = reference("person.id", index=False)
    """None: from the import or by the person's own button."""
    withdrawn_at: Mapped[datetime | None]


class CompromiseReport(Base):
    """«Доступ мог попасть к чужим» (U5): when it was noticed, reported and received by the director."""

    __tablename__ = "compromise_report"

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    person_id: Mapped[int] = reference("person.id")
    detected_at: Mapped[datetime]
    reported_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    received_by: Mapped[int | None] = reference("person.id", index=False)
    voided_at: Mapped[datetime | None]
    """When the operations made in the person's name since `detected_at` were reversed."""
    voided_by: Mapped[int | None] = reference("person.id", index=False)
