"""Debts that are due tomorrow, or were due yesterday and are still open: to families and to teachers (J4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import NoticeTopic
from db.queries import debts as queries
from db.queries import readers
from db.queries.debts import DebtRow
from db.queries.homework_days import NamedPupil, pupil
from db.queries.roster import schools
from services.access.identity import actor_behind
from services.actor import Actor
from services.notifications import outbox
from services.notifications.evening import held_for_evening
from services.notifications.homework_day import may_read
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import Wishes, held_back, wishes_of
from services.settings import PersonalData

__all__ = ["DebtReminder", "DebtReminderKind", "DebtRow", "NamedPupil", "TeacherDebts", "TeacherDebtsKind"]

NAME = "debt_reminder"
TEACHER_NAME = "teacher_debts"
TIME_TO_LIVE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class DebtReminder:
    """A pupil's open debts, as the family reads them on the day `on`."""

    pupil: NamedPupil
    on: date
    debts: tuple[DebtRow, ...]
    personal_data: PersonalData


@dataclass(frozen=True, slots=True)
class TeacherDebts:
    """Open debts in a teacher's courses, as they are on the day `on`."""

    on: date
    debts: tuple[DebtRow, ...]
    personal_data: PersonalData


def due_days(on: date) -> tuple[date, date]:
    """The days whose debts a reminder of `on` is about: yesterday and tomorrow."""
    return on - timedelta(days=1), on + timedelta(days=1)


async def remind(session: AsyncSession, now: datetime) -> None:
    """The job of a day."""
    for school_id, _, timezone in await schools(session):
        today = now.astimezone(ZoneInfo(timezone)).date()
        debts = await queries.debts_of_school(session, school_id, due_days(today))
        if not debts:
            continue
        pupils = sorted({debt.pupil_id for debt in debts})
        family = await readers.family_accounts(session, pupils, actor_id=None, now=now)
        courses = {debt.course_id for debt in debts}
        teachers = await queries.teachers_accounts(session, courses, today)
        await outbox.post(
            session,
            [
                *(
                    _message(school_id, NAME, one.binding_id, today, now, pupil_id=one.pupil_id)
                    for one in family
                ),
                *(_message(school_id, TEACHER_NAME, binding_id, today, now) for binding_id in teachers),
            ],
        )


def _message(
    school_id: int, kind: str, binding_id: int, on: date, now: datetime, *, pupil_id: int | None = None
) -> NewMessage:
    about = "" if pupil_id is None else f"{pupil_id}:"
    return NewMessage(
        school_id=school_id,
        binding_id=binding_id,
        pupil_id=pupil_id,
        kind=kind,
        payload={"on": on.isoformat()},
        dedup_key=f"{kind}:{about}{on.toordinal()}:{binding_id}",
        priority=Priority.BROADCAST,
        not_before=now,
        expires_at=now + TIME_TO_LIVE,
    )


class DebtReminderKind:
    name = NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A DebtReminder for a reader of the family; nothing when all is settled by then."""
        assert message.pupil_id is not None
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or not may_read(reader, message.pupil_id):
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        on = date.fromisoformat(message.payload["on"])
        held = await held_for_evening(session, wishes, message, reader, on, NoticeTopic.DEBTS, now=now)
        return held or await notice(session, reader, wishes, message.pupil_id, on)


async def notice(
    session: AsyncSession, reader: Actor, wishes: Wishes, pupil_id: int, on: date
) -> Ready | Skip:
    """A DebtReminder of the debts that a reminder of the day `on` is about and that are still open."""
    view = await of_pupil(session, reader.school_id, pupil_id, on, due_days(on))
    if view is None or not view.debts:
        return Skip(SkipReason.CORRECTED)
    return Ready(replace(view, personal_data=wishes.settings.personal_data))


async def of_pupil(
    session: AsyncSession, school_id: int, pupil_id: int, on: date, due: Collection[date] | None = None
) -> DebtReminder | None:
    """A pupil's open debts, with nothing left out for privacy; None for somebody unknown."""
    named = await pupil(session, pupil_id, on)
    if named is None or named.school_id != school_id:
        return None
    debts = await queries.debts_of_pupil(session, school_id, pupil_id, due)
    return DebtReminder(named, on, tuple(debts), PersonalData.FULL)


class TeacherDebtsKind:
    name = TEACHER_NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """TeacherDebts of the courses that the reader still teaches."""
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or not reader.staff_roles:
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        on = date.fromisoformat(message.payload["on"])
        debts = await queries.debts_to_teacher(
            session, message.school_id, reader.person_id, due_days(on), today=reader.day_of(now)
        )
        if not debts:
            return Skip(SkipReason.CORRECTED)
        return Ready(TeacherDebts(on, tuple(debts), wishes.settings.personal_data))
