"""Whose broadcast it is, and to whom the author may write."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

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
