"""The absence alert: one living message a day and pupil for every guardian (product.md, ideas 3 and 4).

It leaves when the undo window of the first absence closes, is edited when another lesson is missed, when the
register is corrected and when somebody answers, and never says what is not so at the moment of sending.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceStatus
from db.queries import alerts as queries
from db.queries.alerts import LessonCell, PupilDay, Recipient
from db.queries.attendance import RegisterRow
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import Reader, wishes_of
from services.settings import InstitutionSettings, PersonalData, institution_settings, quiet_until

__all__ = ["AbsenceAlert", "AbsenceAlertKind", "LessonCell", "PupilDay"]

NAME = "absence_alert"
REMINDER = "absence_reminder"
"""Name of the kind in services/notifications/absence_reminder.py: the same question once more."""
TIME_TO_LIVE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class AbsenceAlert:
    """What a guardian sees. Times are aware, in UTC; `pupil.zone` is the school's."""

    pupil: PupilDay
    date: date
    missed: tuple[LessonCell, ...]
    corrected: tuple[LessonCell, ...]
    """Lessons of which an absence was told and which is no more."""
    personal_data: PersonalData
    reader_id: int


def leaves_at(settings: InstitutionSettings, zone: str, day: date, alert_at: datetime) -> datetime:
    """When a guardian hears of an absence of `day`: quiet hours hold back only what is not of today."""
    local = alert_at.astimezone(ZoneInfo(zone))
    if local.date() == day:
        return alert_at
    return quiet_until(settings, local) or alert_at


async def _due(session: AsyncSession, register: RegisterRow) -> dict[int, datetime]:
    """When guardians hear of each absence of a register, by pupil; quiet hours considered."""
    settings = await institution_settings(session, register.school_id)
    return {
        cell.pupil_id: leaves_at(settings, register.zone, register.date, cell.alert_at)
        for cell in register.cells
        if cell.status is AttendanceStatus.ABSENT and cell.alert_at
    }


async def first_alert_at(session: AsyncSession, register: RegisterRow, *, now: datetime) -> datetime | None:
    """When the first guardian hears, or heard, of an absence of this register; None when nobody can."""
    due = await _due(session, register)
    told = await queries.recipients(session, list(due), now)
    return min((due[to.pupil_id] for to in told), default=None)


async def post(
    session: AsyncSession, register: RegisterRow, pupil_ids: Sequence[int], *, now: datetime
) -> None:
    """Tell the guardians of these pupils what the register says of them now.

    New absences wait for their `alert_at`; for the others the messages that stand already are edited.
    """
    if not pupil_ids:
        return
    due = {pupil: moment for pupil, moment in (await _due(session, register)).items() if pupil in pupil_ids}
    told = await queries.recipients(session, list(due), now)
    await outbox.post(
        session,
        [message(register.school_id, register.date, to, due[to.pupil_id]) for to in told],
    )
    corrected = [pupil_id for pupil_id in pupil_ids if pupil_id not in due]
    await refresh(session, register.school_id, corrected, register.date, now=now)


async def refresh(
    session: AsyncSession, school_id: int, pupil_ids: Sequence[int], day: date, *, now: datetime
) -> None:
    """Bring alerts and reminders that stand in chats to what is true now; nobody new is told."""
    standing = await queries.standing(session, (NAME, REMINDER), pupil_ids, day)
    await outbox.post(
        session,
        [
            NewMessage(
                school_id=school_id,
                binding_id=message.binding_id,
                pupil_id=message.pupil_id,
                kind=message.kind,
                payload=message.payload,
                dedup_key=message.dedup_key,
                priority=Priority.ALERT,
                not_before=now,
                expires_at=now + TIME_TO_LIVE,
            )
            for message in standing
        ],
    )


async def reconsider(
    session: AsyncSession, school_id: int, pupil_ids: Sequence[int], day: date, *, now: datetime
) -> None:
    """Ask again who is to be told: what held an alert back, such as a planned absence, is gone."""
    told = await queries.recipients(session, pupil_ids, now)
    await outbox.post(session, [message(school_id, day, to, now) for to in told])


def message(school_id: int, day: date, to: Recipient, not_before: datetime) -> NewMessage:
    """The alert of a pupil's day for one account."""
    return NewMessage(
        school_id=school_id,
        binding_id=to.binding_id,
        pupil_id=to.pupil_id,
        kind=NAME,
        payload={"date": day.isoformat()},
        dedup_key=f"{NAME}:{to.pupil_id}:{day.toordinal()}:{to.binding_id}",
        priority=Priority.ALERT,
        not_before=not_before,
        expires_at=not_before + TIME_TO_LIVE,
    )


class AbsenceAlertKind:
    name = NAME
    repeat_when_unknown = True

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """The alert as it is true now; absences still in their undo window wait for `again_at`."""
        assert message.pupil_id is not None
        day = date.fromisoformat(message.payload["date"])
        return await view(
            session, message, message.pupil_id, day, now=now, told=message.external_ref is not None
        )


async def view(
    session: AsyncSession, reader: Reader, pupil_id: int, day: date, *, now: datetime, told: bool
) -> Ready | Later | Skip:
    """What the alert says to a reader now. `told`: it stands in the reader's chat already."""
    pupil = await queries.pupil_day(session, pupil_id=pupil_id, reader_id=reader.person_id, day=day, now=now)
    if pupil is None or not pupil.entitled:
        return Skip(SkipReason.NO_ACCESS)
    cells = await queries.lesson_cells(session, pupil_id, day)
    absent = [c for c in cells if c.status is AttendanceStatus.ABSENT and not c.planned]
    missed = tuple(cell for cell in absent if cell.alert_at <= now)
    waiting = [cell.alert_at for cell in absent if cell.alert_at > now]
    if not missed and not told:
        return Later(min(waiting)) if waiting else Skip(SkipReason.CORRECTED)
    wishes = await wishes_of(session, reader)
    if not told and (held := leaves_at(wishes.settings, pupil.zone, day, now)) > now:
        return Later(held)
    alert = AbsenceAlert(
        pupil=pupil,
        date=day,
        missed=missed,
        corrected=tuple(cell for cell in cells if cell not in absent),
        personal_data=wishes.settings.personal_data,
        reader_id=reader.person_id,
    )
    return Ready(alert, again_at=min(waiting, default=None))
