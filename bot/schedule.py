"""The jobs of an installation."""

from __future__ import annotations

from bot.config import Settings
from db.engine import Database
from scheduler.table import JOBS, Job, daily_note
from services.attention import Watchman


def schedule(db: Database, settings: Settings) -> tuple[Job, ...]:
    """All of them; `db` shows every school."""
    return (*JOBS, daily_note(Watchman(db, settings.data_dir).tell))
