"""«Он в школе!» as a question to the teacher: «исправить» or «подтверждаю Н» (product.md, idea 3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import disputes
from db.queries.disputes import Question
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Ready, Skip, SkipReason

__all__ = ["AtSchoolKind", "Question"]

NAME = "at_school"
TIME_TO_LIVE = timedelta(hours=24)


async def ask(session: AsyncSession, school_id: int, lesson_id: int, pupil_id: int, *, now: datetime) -> None:
    """Ask whoever gives the lesson, or bring the question that stands in their chat up to date."""
    await outbox.post(
        session,
        [
            NewMessage(
                school_id=school_id,
                binding_id=binding_id,
                pupil_id=pupil_id,
                kind=NAME,
                payload={"lesson_id": lesson_id},
                dedup_key=f"{NAME}:{lesson_id}:{pupil_id}:{binding_id}",
                priority=Priority.NOTICE,
                not_before=now,
                expires_at=now + TIME_TO_LIVE,
            )
            for binding_id in await disputes.asked_accounts(session, lesson_id)
        ],
    )


async def settle(
    session: AsyncSession, school_id: int, lesson_id: int, pupil_id: int, *, now: datetime
) -> None:
    """The register was corrected: a question about this cell is answered."""
    if await disputes.correct(session, lesson_id=lesson_id, pupil_id=pupil_id, now=now):
        await ask(session, school_id, lesson_id, pupil_id, now=now)


class AtSchoolKind:
    name = NAME
    repeat_when_unknown = True

    async def prepare(self, session: AsyncSession, message: DueMessage, now: datetime) -> Ready | Skip:
        """The question as it stands; nothing when it was taken back before it was asked."""
        assert message.pupil_id is not None
        question = await disputes.question(
            session,
            lesson_id=message.payload["lesson_id"],
            pupil_id=message.pupil_id,
            reader_id=message.person_id,
        )
        if question is None:
            return Skip(SkipReason.NO_ACCESS)
        if not question.open and message.external_ref is None:
            return Skip(SkipReason.CORRECTED)
        return Ready(question)
