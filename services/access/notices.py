"""What a notice about access that names nobody is about, shown on its reader's own request (U2)."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import access_notices as queries
from db.queries.access_notices import MisusedInvitation, WaitingBinding
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import load_person
from services.actor import Actor
from services.clock import Clock
from services.errors import NotFound


class AccessNoticeService:
    """Every method raises NotFound for what is not the actor's to decide."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def waiting(self, *, actor: Actor, binding_id: int) -> WaitingBinding:
        """An account that waits to be let in, or no longer does."""
        async with self._db.transaction() as session:
            waiting = await queries.waiting_binding(session, binding_id)
            if waiting is None:
                raise NotFound
            await self._check(session, actor, Permission.CONFIRM_BINDING, waiting.person_id)
            return waiting

    async def misused(self, *, actor: Actor, invitation_id: int) -> MisusedInvitation:
        """An invitation that others seem to be trying."""
        async with self._db.transaction() as session:
            misused = await queries.misused_invitation(session, invitation_id)
            if misused is None:
                raise NotFound
            await self._check(session, actor, Permission.INVITE_PERSON, misused.person_id)
            return misused

    async def _check(
        self, session: AsyncSession, actor: Actor, permission: Permission, person_id: int
    ) -> None:
        check(
            actor, permission, await load_person(session, actor, person_id, actor.day_of(self._clock.now()))
        )
