"""Writing in threads: a message, more files of an album, an edit (C1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Desk
from db.queries import threads as queries
from db.queries import threads_messages as messages
from db.queries import threads_mutes as mutes
from db.queries.threads import ThreadRow
from services.actor import Actor
from services.clock import Clock
from services.errors import DomainError, InvalidInput, LimitReached, NotFound
from services.files import own_files
from services.importing.text import clean
from services.notifications import thread_message
from services.settings import institution_settings
from services.threads.access import Side, access_thread, check_addressee
from services.threads.hours import Hours, hours_of
from services.threads.views import ThreadView, Written

TEXT_LIMIT = 2000
"""Of a message, as messengers count: an emoji is two."""
QUOTE_LIMIT = 300
MAX_FILES = 10
STAFF_MESSAGES_AN_HOUR = 200
"""Nobody types more; whoever has stolen the phone writes to no more families."""
_MUTED_DESKS = frozenset({Desk.CLASS_TEACHER, Desk.TEACHER})
_HOUR = timedelta(hours=1)


class Muted(DomainError):
    """The class teacher does not pass on the guardian's messages about a pupil for a while; `until`: aware,
    in the school's zone."""

    def __init__(self, pupil_id: int, until: datetime) -> None:
        super().__init__(pupil_id=pupil_id, until=until)
        self.pupil_id = pupil_id
        self.until = until


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody has written; `inbound_ref` is its number in the account's chat."""

    inbound_ref: int
    text: str = ""
    file_ids: tuple[int, ...] = ()
    about: str = ""
    """The line it answers, quoted."""


class ThreadService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def write(self, *, actor: Actor, thread_id: int, words: Words) -> Written:
        """Say something in a thread; what comes twice is written once.

        Raises NotFound, AddresseeLeft, Muted, and InvalidInput when it says nothing, is too long or is one
        too many in an hour.
        """
        now = self._clock.now()
        text = _checked(words.text)
        async with self._db.transaction() as session:
            row, side = await access_thread(session, actor, thread_id, actor.day_of(now))
            await _check_open(session, actor, row, side, now)
            file_ids = [one.file_id for one in await own_files(session, actor, list(words.file_ids))]
            if not text and not file_ids:
                raise InvalidInput(problem="nothing_typed")
            if len(file_ids) > MAX_FILES:
                raise InvalidInput(problem="thread_files", n=MAX_FILES)
            message_id = await messages.add(
                session,
                thread_id=thread_id,
                author_id=actor.person_id,
                from_school=side is Side.SCHOOL,
                text=text,
                about=clean(words.about)[0][:QUOTE_LIMIT],
                sent_at=now,
                binding_id=actor.binding_id,
                inbound_ref=words.inbound_ref,
            )
            if message_id is None:
                return await self._known(session, actor, words.inbound_ref, now)
            await _check_rate(session, actor, side, now)
            await messages.add_files(session, message_id, file_ids)
            await queries.touch(session, thread_id, from_school=side is Side.SCHOOL, now=now)
            if side is Side.SCHOOL:
                await thread_message.tell_answered(session, row, actor, message_id, now=now)
            return await self._send(session, actor, row, side, message_id, now)

    async def add_file(self, *, actor: Actor, message_id: int, file_id: int) -> Written:
        """Another file of the album that the actor's message began. Raises as `write`."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            said = await messages.message(session, message_id)
            if said is None or said.author.person_id != actor.person_id:
                raise NotFound
            row, side = await access_thread(session, actor, said.thread_id, actor.day_of(now))
            await _check_open(session, actor, row, side, now)
            if said.files >= MAX_FILES:
                raise InvalidInput(problem="thread_files", n=MAX_FILES)
            file_ids = [one.file_id for one in await own_files(session, actor, [file_id])]
            await messages.add_files(session, message_id, file_ids)
            return await self._send(session, actor, row, side, message_id, now)

    async def edit(self, *, actor: Actor, inbound_ref: int, text: str) -> Written | None:
        """The actor has edited a message in their chat; None: it is none of a thread, or says the same.

        What it said before is kept. Raises as `write`.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            said = await messages.written_in(session, actor.binding_id, inbound_ref)
            if said is None:
                return None
            new = _checked(text)
            if new == said.text or not (new or said.files):
                return None
            row, side = await access_thread(session, actor, said.thread_id, actor.day_of(now))
            await _check_open(session, actor, row, side, now)
            await messages.add_version(session, said.message_id, new, now)
            await _check_rate(session, actor, side, now)
            return await self._send(session, actor, row, side, said.message_id, now)

    async def view(self, *, actor: Actor, thread_id: int) -> ThreadView:
        """A thread that somebody is about to write in. Raises NotFound, AddresseeLeft and Muted."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            row, side = await access_thread(session, actor, thread_id, actor.day_of(now))
            await _check_open(session, actor, row, side, now)
            return await _view(session, row, side, now)

    async def _send(
        self,
        session: AsyncSession,
        actor: Actor,
        row: ThreadRow,
        side: Side,
        message_id: int,
        now: datetime,
    ) -> Written:
        accounts = await thread_message.readers(session, row, actor, side, now)
        await thread_message.post(session, row, message_id, accounts, now=now)
        reached = any(not account.blocked for account in accounts)
        return Written(await _view(session, row, side, now), message_id, reached)

    async def _known(self, session: AsyncSession, actor: Actor, inbound_ref: int, now: datetime) -> Written:
        said = await messages.written_in(session, actor.binding_id, inbound_ref)
        assert said is not None
        row, side = await access_thread(session, actor, said.thread_id, actor.day_of(now))
        accounts = await thread_message.readers(session, row, actor, side, now)
        reached = any(not account.blocked for account in accounts)
        return Written(await _view(session, row, side, now), said.message_id, reached)


def thread_view(row: ThreadRow, side: Side, hours: Hours, now: datetime) -> ThreadView:
    """As the side sees it; the school reads in its hours, a family whenever it is reached."""
    return ThreadView(row, side, hours.opens(now) if side is Side.FAMILY else None, hours.week)


async def _view(session: AsyncSession, row: ThreadRow, side: Side, now: datetime) -> ThreadView:
    staff_id = None if row.staff is None else row.staff.person_id
    return thread_view(row, side, await hours_of(session, row.school_id, row.desk, staff_id, now), now)


def fits(text: str) -> bool:
    """It is not too long for one message."""
    return len(text.encode("utf-16-le")) // 2 <= TEXT_LIMIT


def _checked(typed: str) -> str:
    text = clean(typed)[0]
    if not fits(text):
        raise InvalidInput(problem="thread_too_long", n=TEXT_LIMIT)
    return text


async def _check_open(session: AsyncSession, actor: Actor, row: ThreadRow, side: Side, now: datetime) -> None:
    """Raises AddresseeLeft and Muted."""
    await check_addressee(session, row, side, actor.day_of(now))
    if side is Side.SCHOOL or row.desk not in _MUTED_DESKS or row.pupil is None:
        return
    pupil_id = row.pupil.pupil_id
    muted = await mutes.in_force(session, row.school_id, now, person_id=actor.person_id, pupil_id=pupil_id)
    if muted:
        raise Muted(pupil_id, muted[0].until.astimezone(actor.zone))


async def _check_rate(session: AsyncSession, actor: Actor, side: Side, now: datetime) -> None:
    """Called when the message is counted already."""
    limit = STAFF_MESSAGES_AN_HOUR
    if side is Side.FAMILY:
        limit = (await institution_settings(session, actor.school_id)).thread_messages_per_hour
    written = await messages.written_since(
        session, actor.person_id, now - _HOUR, from_school=side is Side.SCHOOL
    )
    if written > limit:
        raise LimitReached(problem="too_many_messages", limit=limit)
