"""«Вечером»: what a family has put off is told of a child's day in one message (C7).

The messages themselves wait until the evening, so that a change of mind still finds them; then the first of
them posts the evening's message and gives way to it (docs/decisions/0010-one-evening-message.md).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import NoticeMode, NoticeTopic
from services.actor import Actor
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Skip, SkipReason
from services.notifications.wishes import Wishes, held_back

NAME = "evening_day"
"""Name of the kind in services/notifications/evening_day.py."""
TIME_TO_LIVE = timedelta(hours=24)


async def held_for_evening(
    session: AsyncSession,
    wishes: Wishes,
    message: DueMessage,
    reader: Actor,
    day: date,
    topic: NoticeTopic,
    *,
    now: datetime,
) -> Later | Skip | None:
    """As `wishes.held_back`, for a message about a child's `day`; from its evening on it gives way to the
    evening's message, which says the same."""
    if message.external_ref is not None or wishes.mode(topic) is not NoticeMode.EVENING:
        return held_back(wishes, message, reader, now, topic)
    leaves_at = datetime.combine(day, wishes.evening, reader.zone)
    if now < leaves_at:
        return Later(leaves_at)
    await outbox.post(
        session,
        [
            NewMessage(
                school_id=message.school_id,
                binding_id=message.binding_id,
                pupil_id=message.pupil_id,
                kind=NAME,
                payload={"date": day.isoformat()},
                dedup_key=f"{NAME}:{message.pupil_id}:{day.toordinal()}:{message.binding_id}",
                priority=Priority.BROADCAST,
                not_before=now,
                expires_at=now + TIME_TO_LIVE,
            )
        ],
    )
    return Skip(SkipReason.IN_EVENING)
