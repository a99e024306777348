"""What a recipient answers to a broadcast: «Ознакомлен(а)», or one of the options (C6, C7).

An answer is a person's own; the family's answer is the latest of its guardians', a pupil's only where no
guardian is on record. The author sees who said what.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import BroadcastReply
from db.queries import broadcast_replies as queries
from services import audit
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import load_pupil
from services.actor import Actor
from services.broadcasts.changing import EDIT_TIME_TO_LIVE
from services.broadcasts.reading import read
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.notifications.broadcast import BroadcastNotice
from services.notifications.broadcast_progress import PACE

__all__ = ["BroadcastNotice", "ReplyService"]


class ReplyService:
    """Every method raises NotFound for what the actor was not sent, or may not read any more."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def reply(
        self, *, actor: Actor, recipient_id: int, option: int | None, shown_in: int | None = None
    ) -> BroadcastNotice:
        """Set the answer, None: «Ознакомлен(а)»; the same one again changes nothing. `shown_in`: the message
        in the chat that the caller edits itself; all others are brought up to date.

        Raises InvalidInput when the broadcast was withdrawn or an option is chosen too late: whoever reads
        late may always say so.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            notice = await self._asked(session, actor, recipient_id, now)
            chooses = notice.reply is BroadcastReply.CHOICE
            fits = option in range(len(notice.options)) if chooses else option is None
            if notice.reply is BroadcastReply.NONE or not fits:
                raise NotFound
            if await queries.answer(session, recipient_id, option, now):
                await self._keep(session, actor, notice, option, shown_in, now)
                notice = replace(notice, option=option, replied_at=now)
            return notice

    async def reopen(self, *, actor: Actor, recipient_id: int) -> BroadcastNotice:
        """«Изменить»: what was asked, with the answer that stands until another one is given. Raises as
        `reply`."""
        async with self._db.transaction() as session:
            return await self._asked(session, actor, recipient_id, self._clock.now())

    async def _asked(
        self, session: AsyncSession, actor: Actor, recipient_id: int, now: datetime
    ) -> BroadcastNotice:
        notice = await read(session, actor, recipient_id, self._clock)
        _, pupil_id = await queries.ids_of(session, recipient_id)
        check(actor, Permission.ACKNOWLEDGE, await load_pupil(session, actor, pupil_id, actor.day_of(now)))
        if notice.withdrawn:
            raise InvalidInput(problem="broadcast_was_withdrawn")
        is_late = notice.reply_by is not None and notice.reply_by <= now
        if is_late and notice.reply is BroadcastReply.CHOICE:
            raise InvalidInput(problem="broadcast_answers_closed")
        return notice

    async def _keep(
        self,
        session: AsyncSession,
        actor: Actor,
        notice: BroadcastNotice,
        option: int | None,
        shown_in: int | None,
        now: datetime,
    ) -> None:
        broadcast_id, pupil_id = await queries.ids_of(session, notice.recipient_id)
        await queries.bring_up_to_date(
            session,
            broadcast_id,
            notice.recipient_id,
            shown_by=None if shown_in is None else (actor.binding_id, shown_in),
            now=now,
            progress_at=now + PACE,
            expires_at=now + EDIT_TIME_TO_LIVE,
        )
        await audit.record(
            session,
            actor,
            "broadcast.answered",
            subject=("broadcast", broadcast_id),
            at=now,
            pupil_id=pupil_id,
            before=None if notice.replied_at is None else {"option": notice.option},
            after={"option": option},
        )
