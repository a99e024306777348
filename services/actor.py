"""Who is acting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from db.enums import Channel, StaffRole


@dataclass(frozen=True, slots=True)
class Account:
    """A messenger account, before anything is known about its holder."""

    channel: Channel
    external_user_id: int
    chat_id: int
    school_id: int | None
    """Whose bot was written to; None: there is no school yet, and nothing that the account could see."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A bound person, looked up fresh for every update, with the roles in force today."""

    person_id: int
    school_id: int
    binding_id: int
    zone: ZoneInfo
    staff_roles: frozenset[StaffRole] = frozenset()
    class_teacher_of: frozenset[int] = frozenset()
    """Group ids."""
    guardian_of: frozenset[int] = frozenset()
    """Pupil ids for whom a consent is in force; without it a guardian has no rights (U3)."""
    awaiting_consent_for: frozenset[int] = frozenset()
    """Pupil ids whose data is shown only after consent; may hold the person themself."""
    is_pupil: bool = False
    """Enrolled today, with a consent in force."""

    def day_of(self, moment: datetime) -> date:
        """The day that an aware moment falls on in the school's zone."""
        return moment.astimezone(self.zone).date()
