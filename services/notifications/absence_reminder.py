"""«Напомнить молчащим»: the day's question once more, as a message that rings (an edit would not).

A key of its own for every hour, so that a second tap sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries.alerts import Recipient
from services.notifications import absence_alert, outbox
from services.notifications.absence_alert import REMINDER, AbsenceAlert
from services.notifications.outbox import Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.settings import institution_settings, quiet_until

NAME = REMINDER
EVERY = timedelta(hours=1)
"""Nobody is reminded of the same day more often."""


@dataclass(frozen=True, slots=True)
class AbsenceReminder:
    """The alert as it is now, said again."""

    alert: AbsenceAlert

    @property
    def unanswered(self) -> bool:
        """The question is still open."""
        pupil = self.alert.pupil
        return bool(self.alert.missed) and pupil.answer is None and pupil.reason is None


async def post(
    session: AsyncSession,
    school_id: int,
    zone: ZoneInfo,
    to: Iterable[Recipient],
    day: date,
    *,
    now: datetime,
) -> datetime:
    """Remind these accounts, after the quiet hours if it is in them; the moment when the reminders leave."""
    settings = await institution_settings(session, school_id)
    leaves_at = quiet_until(settings, now.astimezone(zone)) or now
    hour = int(now.timestamp() // EVERY.total_seconds())
    reminders = [
        replace(
            absence_alert.message(school_id, day, one, leaves_at),
            kind=NAME,
            dedup_key=f"{NAME}:{one.pupil_id}:{day.toordinal()}:{one.binding_id}:{hour}",
            priority=Priority.NOTICE,
        )
        for one in to
    ]
    await outbox.post(session, reminders)
    return leaves_at


class AbsenceReminderKind:
    name = NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """An AbsenceReminder for a guardian who may know of it; not sent when somebody has answered."""
        assert message.pupil_id is not None
        told = message.external_ref is not None
        day = date.fromisoformat(message.payload["date"])
        ready = await absence_alert.view(session, message, message.pupil_id, day, now=now, told=told)
        if not isinstance(ready, Ready):
            return ready
        assert isinstance(ready.view, AbsenceAlert)
        reminder = AbsenceReminder(ready.view)
        return Ready(reminder) if told or reminder.unanswered else Skip(SkipReason.CORRECTED)
