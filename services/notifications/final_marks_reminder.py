"""The reminder of final marks (J8): on the last day of a term or year, and on the last day to give them.

One message for all courses of a teacher's, which shrinks as their pages are completed. The second day's is a
message of its own, because an edit would not ring.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import final_marks_due as queries
from db.queries.final_marks_due import DueCourse
from db.queries.roster import schools
from services.access.identity import actor_behind
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of
from services.settings import institution_settings, quiet_until

NAME = "final_marks_reminder"


@dataclass(frozen=True, slots=True)
class FinalMarksReminder:
    """What a teacher has still to give; empty: all is done."""

    courses: tuple[DueCourse, ...]
    closes_on: date
    """The last day to give them."""
    closes_today: bool


async def remind(session: AsyncSession, now: datetime) -> None:
    """The job of a day: tell every teacher whose courses lack final marks of a period that ends, or whose
    time to give them ends, today."""
    for school_id, _, timezone in await schools(session):
        zone = ZoneInfo(timezone)
        local = now.astimezone(zone)
        today = local.date()
        settings = await institution_settings(session, school_id)
        for ends_on in {today, today - timedelta(days=settings.final_mark_days)}:
            due = await queries.due_courses(session, school_id, ends_on, ends_on, today=today)
            lacking = {course.teacher_id for course in due if course.given < course.pupils}
            closes_on = ends_on + timedelta(days=settings.final_mark_days)
            ends_at = datetime.combine(closes_on + timedelta(days=1), time(), zone)
            await outbox.post(
                session,
                [
                    _message(
                        school_id, binding_id, ends_on, today, quiet_until(settings, local) or now, ends_at
                    )
                    for binding_id in await queries.accounts_of(session, lacking)
                ],
            )


async def update(
    session: AsyncSession, teacher_ids: Collection[int], ends_on: date, *, now: datetime
) -> None:
    """Final marks were given: bring the reminders that stand in these teachers' chats up to date."""
    standing = await queries.standing_reminders(session, NAME, teacher_ids, ends_on)
    await outbox.post(
        session,
        [_message(school_id, binding_id, ends_on, on, now, None) for school_id, binding_id, on in standing],
    )


def _message(
    school_id: int,
    binding_id: int,
    ends_on: date,
    on: date,
    not_before: datetime,
    expires_at: datetime | None,
) -> NewMessage:
    return NewMessage(
        school_id=school_id,
        binding_id=binding_id,
        kind=NAME,
        payload={"ends_on": ends_on.isoformat(), "on": on.isoformat()},
        dedup_key=f"{NAME}:{ends_on.toordinal()}:{on.toordinal()}:{binding_id}",
        priority=Priority.NOTICE,
        not_before=not_before,
        expires_at=expires_at,
    )


class FinalMarksReminderKind:
    name = NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A FinalMarksReminder of the courses that the reader teaches today."""
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or not reader.staff_roles:
            return Skip(SkipReason.NO_ACCESS)
        ends_on = date.fromisoformat(message.payload["ends_on"])
        today = reader.day_of(now)
        due = await queries.due_courses(
            session, reader.school_id, ends_on, ends_on, today=today, teacher_id=reader.person_id
        )
        lacking = tuple(_lacking(due))
        if not lacking and message.external_ref is None:
            return Skip(SkipReason.CORRECTED)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        closes_on = ends_on + timedelta(days=wishes.settings.final_mark_days)
        return Ready(FinalMarksReminder(lacking, closes_on, closes_on == today))


def _lacking(due: Iterable[DueCourse]) -> Iterable[DueCourse]:
    return (course for course in due if course.given < course.pupils)
