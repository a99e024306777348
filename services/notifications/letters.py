"""An information letter in the chats of a pupil's guardians (C2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import alerts
from db.queries import letters as queries
from services.access.identity import actor_behind
from services.actor import Actor
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of
from services.settings import PersonalData

NAME = "letter"
TIME_TO_LIVE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class LetterNotice:
    letter_id: int
    content: dict[str, Any]
    """Of services.letters.LetterContent."""
    personal_data: PersonalData


async def post(
    session: AsyncSession, actor: Actor, letters: Sequence[tuple[int, int]], now: datetime
) -> None:
    """Tell every guardian with a consent in force: (letter, pupil)."""
    of_pupil = {pupil_id: letter_id for letter_id, pupil_id in letters}
    await outbox.post(
        session,
        [
            NewMessage(
                school_id=actor.school_id,
                binding_id=one.binding_id,
                pupil_id=one.pupil_id,
                kind=NAME,
                payload={"letter_id": of_pupil[one.pupil_id]},
                dedup_key=f"{NAME}:{of_pupil[one.pupil_id]}:{one.binding_id}",
                priority=Priority.BROADCAST,
                not_before=now,
                expires_at=now + TIME_TO_LIVE,
            )
            for one in await alerts.recipients(session, list(of_pupil), now)
        ],
    )


class LetterKind:
    name = NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A LetterNotice for a guardian of today. Payload: `letter_id`."""
        reader = await actor_behind(session, message.binding_id, now)
        letter_id = int(message.payload["letter_id"])
        letter = None if reader is None else await queries.one(session, reader.school_id, letter_id)
        if reader is None or letter is None or letter.pupil_id not in reader.guardian_of:
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        return Ready(LetterNotice(letter_id, letter.content, wishes.settings.personal_data))
