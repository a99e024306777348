"""Reading threads: the list, a thread, what is found, what is printed (C1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import Thread
from db.queries import consents
from db.queries import threads as queries
from db.queries import threads_messages as messages
from db.queries import threads_mutes as mutes
from db.queries.files import StoredFileRow
from db.queries.scope import read_threads
from db.queries.threads import WaitingCount
from db.queries.threads_messages import KIND, Answered
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.importing.text import fold
from services.notifications import thread_message
from services.threads.access import Side, access_thread, pupil_of, side_of
from services.threads.hours import hours_of
from services.threads.views import Found, ThreadList, ThreadPage, ThreadSheet, ThreadView
from services.threads.writing import thread_view

PAGE = 8
"""Threads of a page of the list."""
LAST_PAGE = 10_000
"""Further on there is nothing in any list."""
LAST = 10
"""Messages of a thread on the screen; print has them all."""
FOUND = 10
SEARCH_LIMIT = 100


class ThreadReaderService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def threads(self, *, actor: Actor, page: int) -> ThreadList:
        """The actor's threads of both sides, a page of them; what waits for the actor stands first."""
        now = self._clock.now()
        today, page = actor.day_of(now), min(max(page, 0), LAST_PAGE)
        async with self._db.transaction() as session:
            rows = await queries.of_viewer(session, actor, today, first=page * PAGE, limit=PAGE + 1)
            sides = [(row, side) for row in rows[:PAGE] if (side := side_of(actor, row)) is not None]
            waiting = await queries.waiting(session, actor, today)
            counts = await self._counts(session, actor, now)
        return ThreadList(
            threads=tuple(sides),
            page=page,
            more=len(rows) > PAGE,
            waiting=waiting,
            answers=bool(actor.staff_roles or actor.class_teacher_of),
            counts=counts,
            sees_mutes=may(actor, Permission.SEE_MUTES, SchoolSubject(actor.school_id)),
            now=now,
        )

    async def open(self, *, actor: Actor, thread_id: int) -> ThreadPage:
        """A thread and its last messages. Raises NotFound."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            view = await self._view(session, actor, thread_id, now)
            said = await messages.of_thread(session, thread_id, last=LAST)
            own = [one.message_id for one in said if one.from_school is (view.side is Side.SCHOOL)]
            passages = await messages.passages(session, own)
            pupil = view.thread.pupil
            may_mute = (
                pupil is not None
                and view.side is Side.SCHOOL
                and may(actor, Permission.MUTE_GUARDIAN, pupil_of(view.thread))
            )
            muted = []
            if pupil is not None and may_mute:
                person_id = view.thread.person.person_id
                muted = await mutes.in_force(
                    session, actor.school_id, now, person_id=person_id, pupil_id=pupil.pupil_id
                )
            return ThreadPage(view, tuple(said), passages, muted[0] if muted else None, may_mute, now)

    async def search(self, *, actor: Actor, words: str) -> Found:
        """The newest messages with all these words, in the actor's own threads only.

        Raises InvalidInput when nothing, or too much, was typed.
        """
        today = actor.day_of(self._clock.now())
        wanted = fold(words)
        if len(wanted) < 2:
            raise InvalidInput(problem="nothing_typed")
        if len(wanted) > SEARCH_LIMIT:
            raise InvalidInput(problem="line_too_long", limit=SEARCH_LIMIT)
        own = Thread.id.in_(read_threads(actor, today))
        async with self._db.transaction() as session:
            said = await messages.found(session, own, wanted.split(), FOUND)
            rows = await queries.by_id(session, {one.thread_id for one in said}, today)
        sides = {thread_id: side_of(actor, row) for thread_id, row in rows.items()}
        return Found(
            wanted,
            tuple(
                (one, rows[one.thread_id], side)
                for one in said
                if (side := sides.get(one.thread_id)) is not None
            ),
        )

    async def sheet(self, *, actor: Actor, thread_id: int) -> ThreadSheet:
        """The whole thread with every version, for print. Raises NotFound."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            view = await self._view(session, actor, thread_id, now)
            return ThreadSheet(
                view=view,
                messages=tuple(await messages.of_thread(session, thread_id)),
                earlier=tuple(await messages.earlier_versions(session, thread_id)),
                printed_at=now,
                school=await consents.school_name(session, actor.school_id),
            )

    async def files(self, *, actor: Actor, message_id: int) -> list[StoredFileRow]:
        """What was sent with a message. Raises NotFound."""
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            said = await messages.message(session, message_id)
            if said is None:
                raise NotFound
            await access_thread(session, actor, said.thread_id, today)
            return await messages.files(session, message_id)

    async def answered(self, *, actor: Actor, external_ref: int) -> Answered | None:
        """What the actor answers: a message of the bot in this account's chat, if it left by itself."""
        async with self._db.transaction() as session:
            return await messages.answered(session, actor.binding_id, external_ref)

    async def thread_of(self, *, actor: Actor, message_id: int) -> int:
        """The thread of a message. Raises NotFound."""
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            said = await messages.message(session, message_id)
            if said is None:
                raise NotFound
            row, _ = await access_thread(session, actor, said.thread_id, today)
            return row.thread_id

    async def thread_behind(self, *, actor: Actor, answered: Answered) -> int | None:
        """The thread that a message of the bot is of; None: of none. Raises NotFound when the actor has left
        it."""
        if answered.kind in (KIND, thread_message.UNDELIVERED):
            return await self.thread_of(actor=actor, message_id=answered.payload["message_id"])
        if answered.kind == thread_message.WAITING:
            page = await self.open(actor=actor, thread_id=answered.payload["thread_id"])
            return page.view.thread.thread_id
        return None

    async def _view(self, session: AsyncSession, actor: Actor, thread_id: int, now: datetime) -> ThreadView:
        row, side = await access_thread(session, actor, thread_id, actor.day_of(now))
        staff_id = None if row.staff is None else row.staff.person_id
        hours = await hours_of(session, actor.school_id, row.desk, staff_id, now)
        return thread_view(row, side, hours, now)

    async def _counts(self, session: AsyncSession, actor: Actor, now: datetime) -> tuple[WaitingCount, ...]:
        if not may(actor, Permission.SEE_UNANSWERED, SchoolSubject(actor.school_id)):
            return ()
        before = await thread_message.too_long(session, actor.school_id, now)
        return tuple(await queries.waiting_counts(session, actor.school_id, before))
