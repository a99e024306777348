"""«Он в школе!» as a question to the teacher: «исправить» or «подтверждаю Н» (product.md, idea 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import disputes
from db.queries.disputes import Question
from services.access.identity import actor_behind
from services.access.lessons import access_lesson
from services.access.permissions import Permission
from services.errors import Forbidden, NotFound
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Ready, Skip, SkipReason
from services.notifications.wishes import wishes_of
from services.settings import PersonalData

__all__ = ["AtSchool", "AtSchoolKind", "Question"]

NAME = "at_school"
TIME_TO_LIVE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class AtSchool:
    """The question as a message that nobody asked for."""

    question: Question
    personal_data: PersonalData


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
        """An AtSchool for whoever gives the lesson; nothing when it was taken back before it was asked."""
        assert message.pupil_id is not None
        lesson_id = message.payload["lesson_id"]
        if not await _gives(session, message.binding_id, lesson_id, now):
            return Skip(SkipReason.NO_ACCESS)
        question = await disputes.question(
            session, lesson_id=lesson_id, pupil_id=message.pupil_id, reader_id=message.person_id
        )
        if question is None:
            return Skip(SkipReason.NO_ACCESS)
        if not question.open and message.external_ref is None:
            return Skip(SkipReason.CORRECTED)
        wishes = await wishes_of(session, message)
        return Ready(AtSchool(question, wishes.settings.personal_data))


async def _gives(session: AsyncSession, binding_id: int, lesson_id: int, now: datetime) -> bool:
    reader = await actor_behind(session, binding_id, now)
    if reader is None:
        return False
    try:
        await access_lesson(session, reader, lesson_id, Permission.TAKE_REGISTER)
    except (NotFound, Forbidden):
        return False
    return True
