"""The weekly digest as a message: a child's week for one guardian (C2, C7).

services.week.digests decides who is sent one; the right, the consent and the wishes are asked again here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import NoticeTopic
from db.queries import week_digests, week_receipts
from services.access.identity import actor_behind
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of
from services.settings import PersonalData
from services.week.summary import WeekSummary, from_json

__all__ = ["WeekDigest", "WeekDigestKind", "WeekSummary"]

NAME = week_digests.KIND


@dataclass(frozen=True, slots=True)
class WeekDigest:
    """A week as it was when its first digest was queued."""

    week: WeekSummary
    personal_data: PersonalData
    acknowledged_on: date | None
    """The school's day of «Ознакомлен(а)»."""


class WeekDigestKind:
    name = NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A WeekDigest for a guardian of today with a consent in force; never for the pupil."""
        assert message.pupil_id is not None
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or message.pupil_id not in reader.guardian_of:
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now, NoticeTopic.DIGEST)) is not None:
            return held
        monday = date.fromisoformat(message.payload["monday"])
        found = await week_receipts.digest(session, message.pupil_id, monday, reader.person_id)
        if found is None or found.content is None:
            return Skip(SkipReason.CORRECTED)
        read_at = found.acknowledged_at
        return Ready(
            WeekDigest(
                from_json(found.content),
                wishes.settings.personal_data,
                None if read_at is None else reader.day_of(read_at),
            )
        )
