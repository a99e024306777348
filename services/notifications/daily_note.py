"""«Звонку нужна помощь»: what an administrator should look at, at most once a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import StaffRole
from services.access.identity import actor_behind
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of

NAME = "daily_note"
TIME_TO_LIVE = timedelta(hours=20)


class Concern(StrEnum):
    FAILED_MESSAGES = "failed_messages"
    """In a day, as the three below."""
    FAILED_UPDATES = "failed_updates"
    FAILED_JOBS = "failed_jobs"
    LATE_JOBS = "late_jobs"
    BLOCKED = "blocked"
    """So many accounts of so many."""
    GIVEN_UP = "given_up"
    """Updates that brought the process down at every start."""
    OLD_MESSAGES = "old_messages"
    """For so many minutes the oldest message has been due, or the oldest update has waited."""
    OLD_UPDATES = "old_updates"
    BACKUPS = "backups"
    """So many problems with them."""
    DISK = "disk"
    """So many megabytes are free where the data is."""
    WALL = "wall"
    """PostgreSQL does not keep the schools apart (docs/decisions/0015-several-schools.md)."""


@dataclass(frozen=True, slots=True)
class Finding:
    concern: Concern
    number: int = 0
    out_of: int = 0


@dataclass(frozen=True, slots=True)
class DailyNote:
    findings: tuple[Finding, ...]
    """At least one."""


def message(
    school_id: int, binding_id: int, findings: Sequence[Finding], on: date, now: datetime
) -> NewMessage:
    """The day's note to one account: numbers, and nothing about anybody."""
    return NewMessage(
        school_id=school_id,
        binding_id=binding_id,
        kind=NAME,
        payload={"findings": [astuple(finding) for finding in findings]},
        dedup_key=f"{NAME}:{on.toordinal()}:{binding_id}",
        priority=Priority.NOTICE,
        not_before=now,
        expires_at=now + TIME_TO_LIVE,
    )


class DailyNoteKind:
    """Says what was found when it was posted."""

    name = NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A DailyNote for whoever is administrator then."""
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or StaffRole.ADMINISTRATOR not in reader.staff_roles:
            return Skip(SkipReason.NO_ACCESS)
        if (held := held_back(await wishes_of(session, reader), message, reader, now)) is not None:
            return held
        found = (Finding(Concern(concern), *numbers) for concern, *numbers in message.payload["findings"])
        return Ready(DailyNote(tuple(found)))
