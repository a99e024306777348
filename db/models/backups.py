"""Back-ups that were made (O1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from db.enums import BackupState
from db.models.base import Base, Id, checked


class Backup(Base):
    """A run of the back-up, which holds every school of the installation and so belongs to none."""

    __tablename__ = "backup"
    __table_args__ = (Index("ix_backup_started_at", "started_at"),)

    id: Mapped[Id]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    state: Mapped[BackupState] = mapped_column(checked(BackupState))
    problem: Mapped[str | None]
    """Why it failed: a services.backups.BackupFailure."""
    file: Mapped[str | None] = mapped_column(unique=True)
    """Its name in the folder of back-ups."""
    size: Mapped[int | None]
    lost_files: Mapped[int | None]
    """How many contents the folder of files had lost by then."""
    is_copied: Mapped[bool | None]
    """Into the second folder; None: there is none."""
    verified_at: Mapped[datetime | None]
    """When it was last restored for a trial."""
    is_sound: Mapped[bool | None]
    """What came of that."""
