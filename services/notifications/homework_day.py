"""What was set for a pupil on a day: one living message for every account of the family (J3, C7).

It leaves when the undo window of the first task closes, and is edited when another one is set, changed or
withdrawn.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import NoticeTopic
from db.queries import alerts, readers
from db.queries import homework_days as queries
from db.queries.homework_days import DayTask, NamedPupil
from services.access.identity import actor_behind
from services.actor import Actor
from services.notifications import outbox
from services.notifications.evening import held_for_evening
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import Wishes, wishes_of
from services.settings import PersonalData, institution_settings

__all__ = ["DayTask", "HomeworkDay", "HomeworkDayKind", "NamedPupil"]

NAME = "homework_day"
TIME_TO_LIVE = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class HomeworkDay:
    """What was set for a pupil on `day`; withdrawn tasks stand in it when a family may have read them."""

    pupil: NamedPupil
    day: date
    tasks: tuple[DayTask, ...]
    personal_data: PersonalData


async def post(
    session: AsyncSession,
    actor: Actor,
    pupil_ids: Collection[int],
    *,
    set_on: date,
    lesson_date: date,
    now: datetime,
) -> None:
    """Tell the families of these pupils what was set for them on `set_on`.

    Of a lesson older than `notice_days` nobody new is told; messages that stand are edited.
    """
    settings = await institution_settings(session, actor.school_id)
    told = list(pupil_ids)
    if actor.day_of(now) - lesson_date <= timedelta(days=settings.notice_days):
        found = await readers.family_accounts(session, told, actor_id=actor.person_id, now=now)
        accounts = [(one.pupil_id, one.binding_id) for one in found]
    else:
        standing = await alerts.standing(session, [NAME], told, set_on)
        accounts = [(one.pupil_id, one.binding_id) for one in standing]
    leaves_at = now + timedelta(minutes=settings.undo_minutes)
    await outbox.post(
        session,
        [
            NewMessage(
                school_id=actor.school_id,
                binding_id=binding_id,
                pupil_id=pupil_id,
                kind=NAME,
                payload={"date": set_on.isoformat()},
                dedup_key=f"{NAME}:{pupil_id}:{set_on.toordinal()}:{binding_id}",
                priority=Priority.BROADCAST,
                not_before=leaves_at,
                expires_at=leaves_at + TIME_TO_LIVE,
            )
            for pupil_id, binding_id in accounts
        ],
    )


class HomeworkDayKind:
    name = NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A HomeworkDay for a reader who may know; tasks in their undo window wait for `again_at`."""
        assert message.pupil_id is not None
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or not may_read(reader, message.pupil_id):
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        day = date.fromisoformat(message.payload["date"])
        held = await held_for_evening(session, wishes, message, reader, day, NoticeTopic.HOMEWORK, now=now)
        if held is not None:
            return held
        known = message.external_ref is not None
        return await notice(session, reader, wishes, message.pupil_id, day, known=known, now=now)


async def notice(
    session: AsyncSession,
    reader: Actor,
    wishes: Wishes,
    pupil_id: int,
    day: date,
    *,
    known: bool,
    now: datetime,
) -> Ready | Later | Skip:
    """A HomeworkDay of what was set on `day`. `known`: the reader has the day's message already."""
    undo = timedelta(minutes=wishes.settings.undo_minutes)
    # What is set in older lessons is no news, also beside the day's own.
    first_lesson = day - timedelta(days=wishes.settings.notice_days)
    tasks = await _tasks(session, reader, pupil_id, day, first_lesson)
    waiting = [task.set_at + undo for task in tasks if task.withdrawn_at is None]
    waiting = [moment for moment in waiting if moment > now]
    shown = [task for task in tasks if task.set_at + undo <= now and _was_readable(task, undo)]
    if not known and all(task.withdrawn_at for task in shown):
        return Later(min(waiting)) if waiting else Skip(SkipReason.CORRECTED)
    pupil = await queries.pupil(session, pupil_id, reader.day_of(now))
    assert pupil is not None
    view = HomeworkDay(pupil, day, tuple(shown), wishes.settings.personal_data)
    return Ready(view, again_at=min(waiting, default=None))


def may_read(reader: Actor, pupil_id: int) -> bool:
    """The family alone: the pupil, or a guardian of today with a consent in force."""
    return pupil_id in reader.guardian_of or (reader.is_pupil and reader.person_id == pupil_id)


async def current(
    session: AsyncSession, reader: Actor, pupil_id: int, day: date, *, now: datetime
) -> HomeworkDay | None:
    """All that stands for a pupil now and is not in its undo window, with nothing left out for privacy; None
    for a stranger."""
    pupil = await queries.pupil(session, pupil_id, reader.day_of(now))
    if pupil is None or not may_read(reader, pupil_id):
        return None
    settings = await institution_settings(session, reader.school_id)
    set_until = now - timedelta(minutes=settings.undo_minutes)
    tasks = await _tasks(session, reader, pupil_id, day)
    standing = tuple(task for task in tasks if task.withdrawn_at is None and task.set_at <= set_until)
    return HomeworkDay(pupil, day, standing, PersonalData.FULL)


async def _tasks(
    session: AsyncSession, reader: Actor, pupil_id: int, day: date, first_lesson: date | None = None
) -> list[DayTask]:
    since, until = (_midnight(one, reader.zone) for one in (day, day + timedelta(days=1)))
    return await queries.tasks(session, reader.school_id, pupil_id, since, until, first_lesson=first_lesson)


def _was_readable(task: DayTask, undo: timedelta) -> bool:
    return task.withdrawn_at is None or task.withdrawn_at >= task.set_at + undo


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)
