"""Quiet hours hold back what would ring."""

from __future__ import annotations

from datetime import datetime

from services.actor import Actor
from services.notifications.ports import DueMessage, Later
from services.settings import InstitutionSettings, quiet_until


def held_back(
    settings: InstitutionSettings, message: DueMessage, reader: Actor, now: datetime
) -> Later | None:
    """When the quiet hours that hold at `now` (aware) end; None: it may leave, as an edit always may."""
    if message.external_ref is not None:
        return None
    quiet = quiet_until(settings, now.astimezone(reader.zone))
    return None if quiet is None else Later(quiet)
