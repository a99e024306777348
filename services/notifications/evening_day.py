"""What a family has put off to the evening: one living message of a child's day (C7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import wishes as queries
from db.queries.homework_days import NamedPupil, pupil
from services.access.identity import actor_behind
from services.actor import Actor
from services.notifications import debt_reminder, evening, homework_day, marks_day
from services.notifications.debt_reminder import DebtReminder
from services.notifications.homework_day import HomeworkDay, may_read
from services.notifications.marks_day import MarksDay
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import Wishes, held_back, wishes_of
from services.settings import PersonalData

__all__ = ["PARTS", "DebtReminder", "EveningDay", "EveningDayKind", "HomeworkDay", "MarksDay", "Part"]

PARTS = (marks_day.NAME, homework_day.NAME, debt_reminder.NAME)
"""The kinds that may give way to the evening's message, in its order."""
Part = MarksDay | HomeworkDay | DebtReminder


@dataclass(frozen=True, slots=True)
class EveningDay:
    """What was put off of a child's `day`. Without `parts`: it was taken back."""

    pupil: NamedPupil
    day: date
    parts: tuple[Part, ...]
    personal_data: PersonalData


class EveningDayKind:
    name = evening.NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """An EveningDay of what was put off and never stood in the chat by itself."""
        assert message.pupil_id is not None
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or not may_read(reader, message.pupil_id):
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        pupil_id, day = message.pupil_id, date.fromisoformat(message.payload["date"])
        known = message.external_ref is not None
        keys = [f"{kind}:{pupil_id}:{day.toordinal()}:{message.binding_id}" for kind in PARTS]
        put_off = await queries.put_off(session, keys, SkipReason.IN_EVENING)
        answers = [
            await _part(session, reader, wishes, kind, pupil_id, day, known=known, now=now)
            for kind in PARTS
            if kind in put_off
        ]
        ready = [answer for answer in answers if isinstance(answer, Ready)]
        waiting = [answer.again_at for answer in ready if answer.again_at is not None]
        waiting += [answer.at for answer in answers if isinstance(answer, Later)]
        parts = tuple(_parts(ready))
        if not parts and not known:
            return Later(min(waiting)) if waiting else Skip(SkipReason.CORRECTED)
        named = await pupil(session, pupil_id, reader.day_of(now))
        assert named is not None
        view = EveningDay(named, day, parts, wishes.settings.personal_data)
        return Ready(view, again_at=min(waiting, default=None))


async def _part(
    session: AsyncSession,
    reader: Actor,
    wishes: Wishes,
    kind: str,
    pupil_id: int,
    day: date,
    *,
    known: bool,
    now: datetime,
) -> Ready | Later | Skip:
    match kind:
        case marks_day.NAME:
            return await marks_day.notice(session, reader, wishes, pupil_id, day, known=known, now=now)
        case homework_day.NAME:
            return await homework_day.notice(session, reader, wishes, pupil_id, day, known=known, now=now)
    return await debt_reminder.notice(session, reader, wishes, pupil_id, day)


def _parts(ready: Iterable[Ready]) -> Iterator[Part]:
    """Those that say anything."""
    for answer in ready:
        match answer.view:
            case MarksDay(told=said) | HomeworkDay(tasks=said) | DebtReminder(debts=said) as part if said:
                yield part
