"""«Неделя не сверена»: on Monday, to the class teacher who has not reconciled the week before (J7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import class_day
from db.queries import reconciliation as queries
from db.queries.class_day import GroupRow
from db.queries.roster import schools
from services.access.identity import actor_behind
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import GroupSubject
from services.days import monday_of
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of

__all__ = ["ReconciliationReminder", "ReconciliationReminderKind"]

NAME = "reconciliation_reminder"
TIME_TO_LIVE = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class ReconciliationReminder:
    group: GroupRow
    monday: date
    done: bool
    """It is reconciled by now."""


async def remind(session: AsyncSession, now: datetime) -> None:
    """The job of a Monday: one message for every class whose last week is not reconciled."""
    for school_id, _, timezone in await schools(session):
        today = now.astimezone(ZoneInfo(timezone)).date()
        monday = monday_of(today) - timedelta(days=7)
        lacking = await queries.unreconciled(session, school_id, monday, today)
        await outbox.post(
            session, [_message(school_id, one.group_id, monday, one.binding_id, now) for one in lacking]
        )


async def refresh(
    session: AsyncSession, school_id: int, group_id: int, monday: date, *, now: datetime
) -> None:
    """The week is reconciled: bring the reminders that stand up to date."""
    told = await queries.reminded(session, NAME, group_id, monday)
    await outbox.post(
        session, [_message(school_id, group_id, monday, binding_id, now) for binding_id in told]
    )


def _message(school_id: int, group_id: int, monday: date, binding_id: int, now: datetime) -> NewMessage:
    return NewMessage(
        school_id=school_id,
        binding_id=binding_id,
        kind=NAME,
        payload={"group_id": group_id, "monday": monday.isoformat()},
        dedup_key=f"{NAME}:{group_id}:{monday.toordinal()}:{binding_id}",
        priority=Priority.NOTICE,
        not_before=now,
        expires_at=now + TIME_TO_LIVE,
    )


class ReconciliationReminderKind:
    name = NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A ReconciliationReminder for who leads the class today."""
        group_id = message.payload["group_id"]
        monday = date.fromisoformat(message.payload["monday"])
        reader = await actor_behind(session, message.binding_id, now)
        group = await class_day.group(session, message.school_id, group_id)
        subject = GroupSubject(message.school_id, group_id)
        if reader is None or group is None or not may(reader, Permission.RECONCILE_ABSENCES, subject):
            return Skip(SkipReason.NO_ACCESS)
        done = not await queries.is_unreconciled(session, group_id, monday)
        if done and message.external_ref is None:
            return Skip(SkipReason.CORRECTED)
        if (kept := held_back(await wishes_of(session, reader), message, reader, now)) is not None:
            return kept
        return Ready(ReconciliationReminder(group, monday, done))
