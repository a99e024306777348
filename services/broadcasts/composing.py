"""Putting a broadcast together: a draft that its author alone sees (C6, C7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import BroadcastReply
from db.queries import broadcast_release as release_queries
from db.queries import broadcasts as queries
from db.queries.broadcasts import Composed, Target
from db.queries.files import StoredFileRow
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import load_group
from services.actor import Actor
from services.broadcasts.access import check_writes, may_be_urgent, own, own_draft
from services.broadcasts.limits import (
    MAX_FILES,
    MAX_OPTIONS,
    MIN_OPTIONS,
    OPTION_LIMIT,
    checked_text,
)
from services.broadcasts.releasing import LONGEST_WAIT
from services.clock import Clock
from services.errors import Forbidden, InvalidInput, NotFound
from services.files import own_files
from services.typed import tidy_line

__all__ = ["BroadcastForm", "ComposeService", "Composed", "Target"]


@dataclass(frozen=True, slots=True)
class BroadcastForm:
    """A draft with everything that its screen shows."""

    draft: Composed
    targets: tuple[Target, ...]
    families: int
    """Of today."""
    files: tuple[StoredFileRow, ...]
    may_be_urgent: bool
    now: datetime


class ComposeService:
    """Every change raises the draft's version and gives the form anew. All of it raises NotFound for what is
    not the actor's, and InvalidInput once it was sent."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def start(self, *, actor: Actor, group_id: int | None) -> BroadcastForm:
        """A new draft: to this class, or (None) to one's only class, or to nobody yet. Raises NotFound."""
        check_writes(actor)
        async with self._db.transaction() as session:
            if group_id is None and len(actor.class_teacher_of) == 1:
                (group_id,) = actor.class_teacher_of
            if group_id is not None:
                check(actor, Permission.BROADCAST, await load_group(session, actor, group_id))
            broadcast_id = await queries.start(
                session, school_id=actor.school_id, author_id=actor.person_id, created_at=self._clock.now()
            )
            if group_id is not None:
                await queries.add_targets(session, broadcast_id, group_ids=[group_id])
            return await self._form(session, actor, broadcast_id)

    async def form(self, *, actor: Actor, broadcast_id: int) -> BroadcastForm:
        """The draft, or what became of it: look at `draft.released_at`."""
        async with self._db.transaction() as session:
            return await self._form(session, actor, broadcast_id)

    async def type_text(self, *, actor: Actor, broadcast_id: int, text: str) -> BroadcastForm:
        """Another text. Raises InvalidInput when it is too long or a place in it is misspelt."""
        return await self.change(actor=actor, broadcast_id=broadcast_id, text=checked_text(text))

    async def add_caption(self, *, actor: Actor, broadcast_id: int, caption: str) -> BroadcastForm:
        """The words under a picture, beside those that were typed before. Raises as `type_text`."""
        async with self._db.transaction() as session:
            draft = await own_draft(session, actor, broadcast_id)
            words = checked_text("\n".join(filter(None, (draft.text, caption.strip()))))
            await queries.change(session, broadcast_id, text=words)
            return await self._form(session, actor, broadcast_id)

    async def add_file(self, *, actor: Actor, broadcast_id: int, file_id: int) -> BroadcastForm:
        """Raises InvalidInput when there are too many."""
        async with self._db.transaction() as session:
            await own_draft(session, actor, broadcast_id)
            if not await own_files(session, actor, [file_id]):
                raise NotFound
            files = await queries.files(session, broadcast_id)
            if all(one.file_id != file_id for one in files):
                if len(files) >= MAX_FILES:
                    raise InvalidInput(problem="broadcast_too_many_files", n=MAX_FILES)
                await queries.add_file(session, broadcast_id, file_id, len(files))
                await queries.change(session, broadcast_id)
            return await self._form(session, actor, broadcast_id)

    async def remove_file(self, *, actor: Actor, broadcast_id: int, file_id: int) -> BroadcastForm:
        async with self._db.transaction() as session:
            await own_draft(session, actor, broadcast_id)
            await queries.remove_file(session, broadcast_id, file_id)
            await queries.change(session, broadcast_id)
            return await self._form(session, actor, broadcast_id)

    async def set_reply(
        self, *, actor: Actor, broadcast_id: int, reply: BroadcastReply, options: Sequence[str] = ()
    ) -> BroadcastForm:
        """What is wanted back. Raises InvalidInput for options that are too few, too many, too long or
        equal."""
        wanted = checked_options(options) if reply is BroadcastReply.CHOICE else []
        without = {"reply_by": None} if reply is BroadcastReply.NONE else {}
        return await self.change(
            actor=actor, broadcast_id=broadcast_id, reply=reply, options=wanted, **without
        )

    async def set_reply_by(
        self, *, actor: Actor, broadcast_id: int, moment: datetime | None
    ) -> BroadcastForm:
        """By when the answer is wanted. Raises InvalidInput for a moment that is over or far away."""
        return await self.change(actor=actor, broadcast_id=broadcast_id, reply_by=self._ahead(moment))

    async def set_leaving(self, *, actor: Actor, broadcast_id: int, moment: datetime | None) -> BroadcastForm:
        """When it leaves; None: as soon as it is released. Raises as `set_reply_by`."""
        return await self.change(actor=actor, broadcast_id=broadcast_id, leaves_at=self._ahead(moment))

    async def set_urgent(self, *, actor: Actor, broadcast_id: int, urgent: bool) -> BroadcastForm:
        """Raises Forbidden for who may be urgent to nobody."""
        if urgent and not may_be_urgent(actor):
            raise Forbidden
        return await self.change(actor=actor, broadcast_id=broadcast_id, urgent=urgent)

    async def drop(self, *, actor: Actor, broadcast_id: int) -> None:
        async with self._db.transaction() as session:
            await own_draft(session, actor, broadcast_id)
            await queries.discard(session, [broadcast_id])

    async def change(self, *, actor: Actor, broadcast_id: int, **values: Any) -> BroadcastForm:
        """Set checked columns of the draft."""
        async with self._db.transaction() as session:
            await own_draft(session, actor, broadcast_id)
            await queries.change(session, broadcast_id, **values)
            return await self._form(session, actor, broadcast_id)

    def _ahead(self, moment: datetime | None) -> datetime | None:
        now = self._clock.now()
        if moment is not None and moment <= now:
            raise InvalidInput(problem="broadcast_time_is_over")
        if moment is not None and moment > now + LONGEST_WAIT:
            raise InvalidInput(problem="broadcast_too_far", days=LONGEST_WAIT.days)
        return moment

    async def _form(self, session: AsyncSession, actor: Actor, broadcast_id: int) -> BroadcastForm:
        draft = await own(session, actor, broadcast_id)
        now = self._clock.now()
        today = actor.day_of(now)
        return BroadcastForm(
            draft=draft,
            targets=tuple(await queries.targets(session, broadcast_id, today)),
            families=await release_queries.count_pupils(
                session, draft.audience, actor.school_id, broadcast_id, today
            ),
            files=tuple(await queries.files(session, broadcast_id)),
            may_be_urgent=may_be_urgent(actor),
            now=now,
        )


def checked_options(options: Sequence[str]) -> list[str]:
    """Answers to choose from, each a line. Raises InvalidInput."""
    wanted = [line for option in options if (line := tidy_line(option))]
    if not MIN_OPTIONS <= len(wanted) <= MAX_OPTIONS or len(set(wanted)) != len(wanted):
        raise InvalidInput(problem="broadcast_options", least=MIN_OPTIONS, most=MAX_OPTIONS)
    if max(map(len, wanted)) > OPTION_LIMIT:
        raise InvalidInput(problem="broadcast_option_too_long", limit=OPTION_LIMIT)
    return wanted
