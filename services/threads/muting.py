"""A class teacher does not pass on a guardian's messages for some days; the deputies know (C1)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Desk
from db.queries import threads_messages as messages
from db.queries import threads_mutes as queries
from db.queries import threads_people as people
from db.queries.scope import ON_DUTY
from db.queries.threads_mutes import MuteRow
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.subjects import SchoolSubject, load_pupil
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.notifications import thread_message
from services.threads.access import Side, access_thread, pupil_of
from services.typed import typed_line

MUTE_DAYS = (1, 3, 7, 14, 30)


class MuteService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def mute(self, *, actor: Actor, thread_id: int, days: int, reason: str) -> int:
        """Pass on nothing of what the thread's guardian writes to teachers about its pupil; the deputies are
        told. Returns the mute's id. Raises NotFound, and InvalidInput for other days or no reason."""
        now = self._clock.now()
        if days not in MUTE_DAYS:
            raise InvalidInput(problem="mute_days")
        why = typed_line(reason)
        async with self._db.transaction() as session:
            row, side = await access_thread(session, actor, thread_id, actor.day_of(now))
            if side is not Side.SCHOOL or row.pupil is None:
                raise NotFound
            check(actor, Permission.MUTE_GUARDIAN, pupil_of(row))
            pupil_id = row.pupil.pupil_id
            mute_id = await queries.add(
                session,
                school_id=actor.school_id,
                person_id=row.person.person_id,
                pupil_id=pupil_id,
                muted_by=actor.person_id,
                muted_at=now,
                until=now + timedelta(days=days),
                reason=why,
            )
            await record(
                session,
                actor,
                "guardian.muted",
                subject=("mute", mute_id),
                at=now,
                pupil_id=pupil_id,
                after={"person_id": row.person.person_id, "days": days, "reason": why},
            )
            await self._tell(session, actor, pupil_id, mute_id)
            return mute_id

    async def lift(self, *, actor: Actor, mute_id: int) -> MuteRow:
        """Pass on messages again: the class teacher of the pupil, or a deputy; what the deputies were told
        says so. Again changes nothing. Raises NotFound."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            row = await queries.mute(session, actor.school_id, mute_id)
            if row is None:
                raise NotFound
            pupil = await load_pupil(session, actor, row.pupil.person_id, actor.day_of(now))
            led = pupil is not None and may(actor, Permission.MUTE_GUARDIAN, pupil)
            if not led:
                check(actor, Permission.SEE_MUTES, SchoolSubject(actor.school_id))
            if await queries.lift(session, mute_id, now):
                await record(
                    session,
                    actor,
                    "guardian.unmuted",
                    subject=("mute", mute_id),
                    at=now,
                    pupil_id=row.pupil.person_id,
                )
                await thread_message.refresh_muted(
                    session, actor.school_id, row.pupil.person_id, mute_id, now
                )
            lifted = await queries.mute(session, actor.school_id, mute_id)
            assert lifted is not None
            return lifted

    async def mutes(self, *, actor: Actor) -> list[MuteRow]:
        """Those in force, for the deputies. Raises NotFound."""
        check(actor, Permission.SEE_MUTES, SchoolSubject(actor.school_id))
        async with self._db.transaction() as session:
            return await queries.in_force(session, actor.school_id, self._clock.now())

    async def _tell(self, session: AsyncSession, actor: Actor, pupil_id: int, mute_id: int) -> None:
        now = self._clock.now()
        deputies = people.on_duty(actor.school_id, ON_DUTY[Desk.ADMINISTRATION], actor.day_of(now))
        to = [account.binding_id for account in await messages.accounts(session, deputies)]
        await thread_message.post_muted(session, actor.school_id, pupil_id, mute_id, to, now)
