"""Whose broadcast it is, and to whom the author may write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import broadcast_results as results
from db.queries import broadcasts as queries
from db.queries.broadcasts import Composed, Target
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.subjects import GroupSubject, PupilSubject, SchoolSubject
from services.actor import Actor
from services.errors import InvalidInput, NotFound


def may_write_to_all(actor: Actor, right: Permission = Permission.BROADCAST) -> bool:
    return may(actor, right, SchoolSubject(actor.school_id))


def check_writes(actor: Actor) -> None:
    """Raises NotFound for who may write to nobody."""
    if not (actor.class_teacher_of or may_write_to_all(actor)):
        raise NotFound


def may_be_urgent(actor: Actor) -> bool:
    """To some at least; to whom is asked at the release."""
    return bool(actor.class_teacher_of) or may_write_to_all(actor, Permission.BROADCAST_URGENTLY)


async def own(
    session: AsyncSession, actor: Actor, broadcast_id: int, *, for_change: bool = False
) -> Composed:
    """The actor's own broadcast, sent or not. Raises NotFound."""
    check_writes(actor)
    found = await queries.find(session, actor.school_id, broadcast_id, for_change=for_change)
    if found is None or found.author_id != actor.person_id:
        raise NotFound
    return found


async def own_draft(session: AsyncSession, actor: Actor, broadcast_id: int) -> Composed:
    """The actor's own draft, to be changed. Raises NotFound, and InvalidInput when it was sent."""
    found = await own(session, actor, broadcast_id, for_change=True)
    if found.released_at is not None:
        raise InvalidInput(problem="broadcast_was_sent")
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """A broadcast that was released, and how much of what came back is the reader's to know."""

    composed: Composed
    group_ids: frozenset[int] | None
    """Of the pupils of these classes; None: of all."""
    is_author: bool

    def may_know(self, target: Target) -> bool:
        """That it was meant for this class, or for this pupil: of other classes no child is named."""
        if self.is_author or self.group_ids is None or target.group_id is not None:
            return True
        return not target.group_ids.isdisjoint(self.group_ids)


def receipts_of(actor: Actor) -> frozenset[int] | None:
    """The classes about whose families the actor may know what came back; None: about all."""
    everywhere = may(actor, Permission.SEE_RECEIPTS, SchoolSubject(actor.school_id))
    return None if everywhere else actor.class_teacher_of


async def seen(session: AsyncSession, actor: Actor, broadcast_id: int, now: datetime) -> Seen:
    """One's own; any for the deputies; for a class teacher one that has left to families of the class, as far
    as it is about them. Raises NotFound, and InvalidInput for the actor's own draft."""
    check_writes(actor)
    found = await queries.find(session, actor.school_id, broadcast_id)
    if found is None:
        raise NotFound
    is_author = found.author_id == actor.person_id
    if found.released_at is None:
        raise InvalidInput(problem="broadcast_is_draft") if is_author else NotFound
    if not is_author and not may(actor, Permission.SEE_EVERY_BROADCAST, SchoolSubject(actor.school_id)):
        has_left = found.cancelled_at is None and found.leaves_at is not None and found.leaves_at <= now
        today = actor.day_of(now)
        if not has_left or not await results.concerns(session, broadcast_id, actor.class_teacher_of, today):
            raise NotFound
    return Seen(found, receipts_of(actor), is_author)


def check_audience(actor: Actor, composed: Composed, targets: Iterable[Target]) -> None:
    """Whether the actor may write to each of them today. Raises NotFound."""
    right = Permission.BROADCAST_URGENTLY if composed.urgent else Permission.BROADCAST
    if composed.for_whole_school:
        check(actor, right, SchoolSubject(actor.school_id), seen_by=Permission.BROADCAST)
        return
    for target in targets:
        if target.group_id is not None:
            subject: GroupSubject | PupilSubject = GroupSubject(actor.school_id, target.group_id)
        else:
            assert target.pupil_id is not None
            if not target.group_ids:  # has left the school, and is told nothing
                continue
            subject = PupilSubject(actor.school_id, target.pupil_id, target.group_ids)
        check(actor, right, subject, seen_by=Permission.BROADCAST)


async def check_own_audience(
    session: AsyncSession, actor: Actor, composed: Composed, today: date
) -> list[Target]:
    """`check_audience` of the broadcast's own targets, which come back."""
    targets = await queries.targets(session, composed.broadcast_id, today)
    check_audience(actor, composed, targets)
    return targets
