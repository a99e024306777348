"""«Родитель заблокировал бота»: told once to the class teacher, who knows another way to reach the family."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import blocked as queries
from db.queries.blocked import PupilOfClass
from services.access.identity import actor_behind
from services.notifications.outbox import NewMessage, Priority, post
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of
from services.settings import PersonalData


@dataclass(frozen=True, slots=True)
class BlockedGuardianView:
    guardian: str
    phone: str | None
    """E.164."""
    pupils: tuple[PupilOfClass, ...]
    """At least one, in the reader's classes."""
    personal_data: PersonalData


class GuardianBlockedKind:
    """The notice to a class teacher, not in their quiet hours: an urgent broadcast at night may meet many who
    have blocked the bot. Payload: `binding_id` of the guardian."""

    name = "guardian_blocked"
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Skip | Later:
        binding_id = int(message.payload["binding_id"])
        guardian = await queries.blocked_guardian(session, binding_id)
        if not guardian.blocked:
            return Skip(SkipReason.CORRECTED)
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or not reader.class_teacher_of:
            return Skip(SkipReason.NO_ACCESS)
        pupils = await queries.pupils_led_by(session, binding_id, message.person_id, now)
        if not pupils:
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        return Ready(
            BlockedGuardianView(guardian.name, guardian.phone, tuple(pupils), wishes.settings.personal_data)
        )


async def tell_class_teachers(session: AsyncSession, binding_id: int, *, cause: int, now: datetime) -> None:
    """Post the notice about a guardian's account; `cause`: the message that did not get through."""
    teachers = await queries.class_teachers_of(session, binding_id, now)
    await post(
        session,
        [
            NewMessage(
                school_id=teacher.school_id,
                binding_id=teacher.binding_id,
                kind=GuardianBlockedKind.name,
                payload={"binding_id": binding_id},
                dedup_key=f"guardian_blocked:{cause}:{teacher.binding_id}",
                priority=Priority.NOTICE,
                not_before=now,
            )
            for teacher in teachers
        ],
    )
