"""What a class teacher told the deputies about a lesson: it closes itself when the record is there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import StaffRole
from db.queries import invitations
from db.queries import omissions as queries
from db.queries.omissions import OmissionRow
from services.access.identity import actor_behind
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of

__all__ = ["OmissionKind", "OmissionRow", "ToldOmission"]

NAME = "omission"
DEPUTIES = (StaffRole.DEPUTY, StaffRole.DIRECTOR)
TIME_TO_LIVE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class ToldOmission:
    omission: OmissionRow


async def tell_deputies(
    session: AsyncSession, actor: Actor, group_id: int, lesson_id: int, *, now: datetime
) -> None:
    """One message about the lesson for every account of the deputies and the director."""
    to = await invitations.staff_bindings(session, actor.school_id, DEPUTIES, actor.day_of(now))
    told = [(group_id, lesson_id, binding_id) for binding_id in to]
    await _post(session, actor.school_id, told, now)


async def refresh(
    session: AsyncSession, school_id: int, lessons: Collection[tuple[int, int]], *, now: datetime
) -> None:
    """Bring the messages about these (class, lesson) up to date."""
    if lessons:
        await _post(session, school_id, await queries.told(session, NAME, lessons), now)


async def settle(session: AsyncSession, now: datetime, school_id: int) -> None:
    """Close what is there by now, and say so where it was told."""
    settled = await queries.settle_of_school(session, school_id, now)
    await refresh(session, school_id, [(group_id, lesson_id) for _, group_id, lesson_id in settled], now=now)


async def settle_everywhere(session: AsyncSession, now: datetime) -> None:
    """The job of every few minutes: `settle`, in every school."""
    by_school: dict[int, list[tuple[int, int]]] = {}
    for school_id, group_id, lesson_id in await queries.settle(session, now):
        by_school.setdefault(school_id, []).append((group_id, lesson_id))
    for school_id, lessons in by_school.items():
        await refresh(session, school_id, lessons, now=now)


async def _post(
    session: AsyncSession, school_id: int, told: Collection[tuple[int, int, int]], now: datetime
) -> None:
    messages = [
        NewMessage(
            school_id=school_id,
            binding_id=binding_id,
            kind=NAME,
            payload={"group_id": group_id, "lesson_id": lesson_id},
            dedup_key=f"{NAME}:{lesson_id}:{group_id}:{binding_id}",
            priority=Priority.NOTICE,
            not_before=now,
            expires_at=now + TIME_TO_LIVE,
        )
        for group_id, lesson_id, binding_id in told
    ]
    await outbox.post(session, messages)


class OmissionKind:
    name = NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A ToldOmission for the deputies and the director of this day."""
        reader = await actor_behind(session, message.binding_id, now)
        omission = await queries.of_lesson(
            session, message.school_id, message.payload["group_id"], message.payload["lesson_id"]
        )
        school = SchoolSubject(message.school_id)
        if reader is None or omission is None or not may(reader, Permission.SEE_OMISSIONS, school):
            return Skip(SkipReason.NO_ACCESS)
        if not omission.open and message.external_ref is None:
            return Skip(SkipReason.CORRECTED)
        if (kept := held_back(await wishes_of(session, reader), message, reader, now)) is not None:
            return kept
        return Ready(ToldOmission(omission))
