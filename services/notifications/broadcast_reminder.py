"""«Ждём вашего ответа»: a new message to the silent, for an edit does not ring; the answer closes it (C7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import broadcast_notice as notices
from db.queries import broadcast_replies as queries
from services.access.identity import actor_behind
from services.notifications.broadcast import BroadcastNotice, author_may, notice_of
from services.notifications.homework_day import may_read
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of

__all__ = ["BroadcastReminder", "BroadcastReminderKind"]


@dataclass(frozen=True, slots=True)
class BroadcastReminder:
    notice: BroadcastNotice
    family_has_answered: bool
    """The reader, or somebody else for the same pupil."""


class BroadcastReminderKind:
    """Payload: `broadcast_id`, `recipient_id`."""

    name = queries.REMINDER
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A BroadcastReminder for who may still answer; nothing once the family has."""
        recipient_id = int(message.payload["recipient_id"])
        sent = await notices.sent(session, recipient_id, now)
        stands = message.external_ref is not None
        if sent is None or (sent.broadcast.composed.withdrawn_at is not None and not stands):
            return Skip(SkipReason.CANCELLED)
        broadcast, rows = sent.broadcast, sent.rows
        reader = await actor_behind(session, message.binding_id, now)
        if (
            reader is None
            or not may_read(reader, rows[0].pupil_id)
            or not (stands or author_may(broadcast, rows[0]))
        ):
            return Skip(SkipReason.NO_ACCESS)
        answered = await queries.family_has_answered(session, recipient_id)
        if answered and not stands:
            return Skip(SkipReason.CORRECTED)
        wishes = await wishes_of(session, reader)
        if (kept := held_back(wishes, message, reader, now)) is not None:
            return kept
        notice = notice_of(broadcast, rows, (), wishes.settings.personal_data)
        return Ready(BroadcastReminder(notice, answered))
