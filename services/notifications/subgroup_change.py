"""A pupil is to move to another subgroup: the question to those who have a say, and what came of it (S2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import readers
from db.queries import subgroups as queries
from db.queries.names import Colleague
from db.queries.subgroups import ChangeRow
from services.access.identity import actor_behind
from services.actor import Actor
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of
from services.settings import PersonalData

__all__ = ["Change", "SubgroupChangeKind", "SubgroupQuestion"]

NAME = "subgroup_change"
TIME_TO_LIVE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Change:
    """A change as one of those concerned reads it."""

    row: ChangeRow
    agreed: tuple[Colleague, ...]
    waiting: tuple[Colleague, ...]
    """Those who are still to say something, without whoever proposed it."""
    reader_id: int

    @property
    def may_answer(self) -> bool:
        return self.row.open and any(one.person_id == self.reader_id for one in self.waiting)

    @property
    def may_withdraw(self) -> bool:
        return self.row.open and self.row.proposed_by.person_id == self.reader_id


@dataclass(frozen=True, slots=True)
class SubgroupQuestion:
    """The same as a message that nobody asked for."""

    change: Change
    personal_data: PersonalData


async def view(session: AsyncSession, row: ChangeRow, reader: Actor, today: date) -> Change | None:
    """None for somebody who has no say in it on `today`, unless they proposed it."""
    concerned = await queries.concerned(session, row, today)
    author = row.proposed_by.person_id
    has_a_say = reader.person_id == author or any(one.person_id == reader.person_id for one in concerned)
    if not reader.staff_roles or not has_a_say:
        return None
    yes = await queries.agreed(session, row.change_id)
    others = [one for one in concerned if one.person_id != author]
    return Change(
        row,
        tuple(one for one in others if one.person_id in yes),
        tuple(one for one in others if one.person_id not in yes),
        reader.person_id,
    )


async def post(
    session: AsyncSession, school_id: int, row: ChangeRow, today: date, *, but: int, now: datetime
) -> None:
    """Ask those concerned, or bring their messages up to date; not the actor, `but`."""
    people = {one.person_id for one in await queries.concerned(session, row, today)}
    if not row.open:
        people.add(row.proposed_by.person_id)
    await outbox.post(
        session,
        [
            NewMessage(
                school_id=school_id,
                binding_id=binding_id,
                pupil_id=row.pupil_id,
                kind=NAME,
                payload={"change_id": row.change_id},
                dedup_key=f"{NAME}:{row.change_id}:{binding_id}",
                priority=Priority.NOTICE,
                not_before=now,
                expires_at=now + TIME_TO_LIVE,
            )
            for _, binding_id in await readers.accounts_of(session, people - {but})
        ],
    )


class SubgroupChangeKind:
    name = NAME
    repeat_when_unknown = True

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A SubgroupQuestion for those concerned; what was settled meanwhile is told to its author alone."""
        reader = await actor_behind(session, message.binding_id, now)
        row = await queries.change(session, message.school_id, message.payload["change_id"])
        shown = await view(session, row, reader, reader.day_of(now)) if reader is not None and row else None
        if reader is None or shown is None:
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        if message.external_ref is None:
            if not shown.row.open and shown.row.proposed_by.person_id != reader.person_id:
                return Skip(SkipReason.CORRECTED)
            if (held := held_back(wishes, message, reader, now)) is not None:
                return held
        return Ready(SubgroupQuestion(shown, wishes.settings.personal_data))
