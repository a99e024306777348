"""«Нужен план»: one message to a teacher whose plans are missing or too short, when their day comes (J1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import homework_days, plans_due
from db.queries.plans_due import UnplannedCourse, YearRow
from db.queries.roster import schools
from services.access.identity import actor_behind
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of
from services.plans import deadline_of
from services.settings import InstitutionSettings, institution_settings, quiet_until

__all__ = ["PlanReminder", "PlanReminderKind", "UnplannedCourse"]

NAME = "plan_reminder"
BEFORE, AFTER = timedelta(days=3), timedelta(days=7)
"""Around the last day on which a plan is in time."""


@dataclass(frozen=True, slots=True)
class PlanReminder:
    """What a teacher has still to plan."""

    courses: tuple[UnplannedCourse, ...]
    deadline: date
    today: date


async def remind(session: AsyncSession, now: datetime) -> None:
    """The job of a day: tell every teacher concerned, once a year."""
    for school_id, _, timezone in await schools(session):
        settings = await institution_settings(session, school_id)
        local = now.astimezone(ZoneInfo(timezone))
        leaves_at = quiet_until(settings, local) or now
        for year in await _years_to_plan(session, school_id, settings, local.date()):
            lacking = await plans_due.unplanned(session, school_id, year, local.date())
            teachers = sorted({teacher_id for teacher_id, _ in lacking})
            accounts = await homework_days.unreminded(session, NAME, teachers, year.starts_on)
            await outbox.post(
                session, [_message(school_id, binding_id, year, leaves_at) for _, binding_id in accounts]
            )


async def _years_to_plan(
    session: AsyncSession, school_id: int, settings: InstitutionSettings, today: date
) -> list[YearRow]:
    """Years whose deadline is about now."""
    ahead = today - deadline_of(today, settings.plan_days)
    return await plans_due.years_from(session, school_id, today + ahead - AFTER, today + ahead + BEFORE)


def _message(school_id: int, binding_id: int, year: YearRow, leaves_at: datetime) -> NewMessage:
    return NewMessage(
        school_id=school_id,
        binding_id=binding_id,
        kind=NAME,
        payload={"date": year.starts_on.isoformat()},
        dedup_key=f"{NAME}:{year.year_id}:{binding_id}",
        priority=Priority.NOTICE,
        not_before=leaves_at,
        expires_at=leaves_at + AFTER,
    )


class PlanReminderKind:
    name = NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A PlanReminder of the courses that the reader teaches in that year. Payload: its first day."""
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or not reader.staff_roles:
            return Skip(SkipReason.NO_ACCESS)
        starts_on, today = date.fromisoformat(message.payload["date"]), reader.day_of(now)
        (year,) = await plans_due.years_from(session, reader.school_id, starts_on, starts_on)
        lacking = await plans_due.unplanned(
            session, reader.school_id, year, today, teacher_id=reader.person_id
        )
        if not lacking:
            return Skip(SkipReason.CORRECTED)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        deadline = deadline_of(starts_on, wishes.settings.plan_days)
        return Ready(PlanReminder(tuple(course for _, course in lacking), deadline, today))
