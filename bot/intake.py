"""Updates: first kept in the inbox, then confirmed to the messenger, then handled.

The updates of one chat are handled in their order, chats side by side, and several processes share them
(`bot.inbox`). What a process that died had not handled is handled by another; an update may so be handled
twice, which is why buttons set states instead of toggling them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Collection, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import structlog
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from sqlalchemy import select

from bot.inbox import Inbox
from bot.updates import chat_of, storable, without_screen
from db.engine import Database
from db.enums import InboxState
from db.listening import OUTAGE, has_no_room, is_refusal
from db.queries import inbox
from db.queries.inbox import Chat, KeptUpdate, StoredUpdate
from services.clock import Clock

MAX_ATTEMPTS = 5
SIDE_BY_SIDE = 32
"""Chats of a bot that are handled at once: one that must wait for the messenger holds up no other school."""
_BACKLOG = 2000
SHARE = 100
"""Updates of one chat that are held in memory, the others wait in the inbox: whoever floods the bot waits
alone and fills nothing but a table."""
_MARK_DELAY = 0.25
"""Seconds: what a process handled last before it died is handled once more."""
_UNTIL_THERE_IS_ROOM = 2.0
"""Seconds between two tries while the server is full. As while it is away: no reason to give up what a person
did."""
_FAREWELL_SECONDS = 10.0

log = structlog.get_logger()

_TRANSIENT = (*OUTAGE, TelegramNetworkError, TelegramRetryAfter, TelegramServerError, ClientDecodeError)
"""Worth another try: handling an update again does no harm."""


class Handler(Protocol):
    async def handle(self, update: StoredUpdate) -> None:
        """Handle one update; may be called again for the same one."""

    async def apologise(self, update: StoredUpdate, error: BaseException) -> None:
        """It will not be tried again. Never raises."""


def _pause(error: Exception, attempt: int) -> float:
    """Seconds until the next try."""
    return float(error.retry_after) if isinstance(error, TelegramRetryAfter) else 2.0**attempt / 4


@dataclass(slots=True)
class _Line:
    """What is to be handled in a chat, oldest first."""

    updates: deque[StoredUpdate] = field(default_factory=deque)
    last: int = 0
    """The newest that stood in it; older ones have been handled, or stand in it."""
    behind: bool = False
    """More waits in the inbox than stands here."""
    news: bool = False
    """Something came into the inbox since it was last read for this line."""
    inherited: bool = False
    """From a process that may have died over it."""
    was_read: bool = False
    """From the inbox, some of it."""


class Served(Collection[int], Protocol):
    """The bots of this process, by their ids."""

    def unsettled(self) -> Collection[Chat]:
        """Chats in which something is still to be shown of what was handled: shown by us later, it would
        overwrite what another process shows meanwhile."""

    async def settle(self) -> None:
        """Show it, soon."""


class Intake:
    """Give it updates with `receive`. Run `run` as a task, and `stop` before it is cancelled."""

    def __init__(self, db: Database, clock: Clock, handler: Handler, served: Served) -> None:
        self._db = db
        self._clock = clock
        self._handler = handler
        self._served = served
        self._inbox = Inbox(db.url, clock, self, served)
        self._lines: dict[Chat, _Line] = {}
        self._read: dict[Chat, int] = {}
        """Where a line ended that was filled from the inbox: what is told of late may be over by then."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._broken: asyncio.Future[None] = asyncio.Future()
        self._free: dict[int, asyncio.Semaphore] = defaultdict(partial(asyncio.Semaphore, SIDE_BY_SIDE))
        self._suspects = asyncio.Lock()
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()
        self._settled: dict[InboxState, list[int]] = {}
        self._unmarked: dict[int, Chat] = {}
        self._marking: asyncio.Task[None] | None = None
        self._counted: set[int] = set()
        """Updates of which this process counted a try that has not ended."""
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled. Raises when a part of it ends that should not: a chat would wait for ever."""
        async with asyncio.TaskGroup() as parts:
            parts.create_task(self._inbox.run())
            await self._broken

    async def receive(self, updates: Sequence[dict[str, Any]], *, bot_id: int, school_id: int | None) -> None:
        """Keep updates; when this returns they are safe, and known ones are passed over. Waits for a database
        that is away; `school_id`: whose bot it is.

        What is said in groups is none of a school's business: it is never kept.
        """
        rows = [
            {
                "bot_id": bot_id,
                "school_id": school_id,
                "external_id": update["update_id"],
                "chat_id": chat_of(update) or 0,
                "payload": storable(without_screen(update)),
            }
            for update in updates
            if (chat_of(update) or 0) >= 0  # a group's id is negative
        ]
        await self._inbox.keep(rows)

    async def has_room(self) -> None:
        """Wait until there is less to do."""
        await self._room.wait()

    async def stop(self) -> None:
        """Let what is being handled end; what only waits is for other processes, or the next start."""
        self._stopping.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_FAREWELL_SECONDS)
        for task in self._tasks:
            task.cancel()
        if self._marking is not None:
            await self._marking
        if not self._broken.done():
            await self._take_back_counts()
        await self._served.settle()
        await self._inbox.hand_over(
            [chat for chat, line in self._lines.items() if line.updates or line.behind]
        )

    # --- What the inbox tells ----------------------------------------------------------------------------

    def line_up(self, update: KeptUpdate) -> None:
        """See `bot.inbox.Lines`."""
        new = update.update
        # It may have been read from the inbox between being kept and being told of: then it was handled, ...
        if new.id in self._unmarked:
            return
        line = self._line(new.chat)
        known = update.behind is None or update.behind <= line.last or update.behind in self._unmarked
        # ... or stands in the line.
        if not known or line.behind or len(line.updates) == SHARE or new.id <= line.last:
            line.inherited |= not known
            line.behind = line.news = True
            return
        self._append(line, [new])

    def look(self, chat: Chat, *, inherited: bool) -> None:
        """See `bot.inbox.Lines`."""
        line = self._line(chat)
        line.behind = line.news = True
        line.inherited |= inherited

    def forget(self) -> None:
        """See `bot.inbox.Lines`."""
        self._counted.clear()
        self._read.clear()
        for line in self._lines.values():
            if line.updates:
                line.last = line.updates[0].id - 1
            self._take_out(line, len(line.updates))
            line.behind = False

    # --- Lines -------------------------------------------------------------------------------------------

    def _line(self, chat: Chat) -> _Line:
        if chat not in self._lines:
            self._lines[chat] = _Line(last=self._read.pop(chat, 0))
            task = self._begin(self._serve(chat, self._lines[chat]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return self._lines[chat]

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) and not self._broken.done():
            self._broken.set_exception(error)

    def _append(self, line: _Line, updates: Sequence[StoredUpdate]) -> None:
        line.updates.extend(updates)
        line.last = max([line.last, *(update.id for update in updates)])
        self._waiting += len(updates)
        if self._waiting >= _BACKLOG:
            self._room.clear()

    def _take_out(self, line: _Line, number: int) -> list[StoredUpdate]:
        self._waiting -= number
        if self._waiting < _BACKLOG:
            self._room.set()
        return [line.updates.popleft() for _ in range(number)]

    async def _catch_up(self, chat: Chat, line: _Line) -> None:
        """Fill an empty line from the inbox."""
        line.news, inherited, line.inherited = False, line.inherited, False
        # What is handled may be read as new, even when its mark overtakes the reading.
        handled = {update_id for update_id, owner in self._unmarked.items() if owner == chat}
        limit = SHARE + len(handled)
        try:
            async with self._db.statement() as session:
                oldest = await inbox.waiting(session, chat, limit)
            new = [update for update in oldest if update.id not in handled]
            fresh = [update.id for update in new if not update.attempts]
            if inherited and fresh:
                log.info("intake.inherited", updates=len(fresh))
                async with self._db.statement() as session:
                    await inbox.count_attempt(session, fresh)
                self._counted.update(fresh)
        except OUTAGE as error:
            log.warning("intake.not_read_yet", error=type(error).__name__)
            line.inherited |= inherited
            await asyncio.sleep(1)
            return
        if not line.behind:
            return  # forgotten meanwhile: it may be another process's by now
        line.behind = line.news or len(oldest) == limit
        line.was_read |= bool(new)
        self._append(line, new)

    async def _serve(self, chat: Chat, line: _Line) -> None:
        while (line.updates or line.behind) and self._is_served(chat):
            if not line.updates:
                await self._catch_up(chat, line)
            elif line.updates[0].attempts:
                async with self._suspects:
                    await self._handle_suspect(line)
            else:
                async with self._free[chat.bot_id]:
                    await self._handle_next(line)
        if not self._stopping.is_set():
            self._take_out(line, len(line.updates))
            if line.was_read:
                self._read[chat] = line.last
            del self._lines[chat]
            self._mark_soon()

    def _is_served(self, chat: Chat) -> bool:
        """Else its updates wait in the inbox: for another process, or until the bot is there again."""
        return not self._stopping.is_set() and chat.bot_id in self._served

    def _still_waits(self, line: _Line) -> bool:
        """While we waited for our turn its updates may have been forgotten, or their bot closed."""
        return bool(line.updates) and self._is_served(line.updates[0].chat)

    # --- One update --------------------------------------------------------------------------------------

    async def _handle_suspect(self, line: _Line) -> None:
        """One at a time, and written down before and after: what brings the process down again takes
        nothing else along."""
        if not self._still_waits(line):
            return
        update = line.updates[0]
        try:
            async with self._db.statement() as session:
                if update.attempts >= MAX_ATTEMPTS:
                    await inbox.give_up(session, update.id)
                else:
                    await inbox.count_attempt(session, [update.id])
                    self._counted.add(update.id)
        except OUTAGE:
            await asyncio.sleep(1)
            return
        if update.attempts >= MAX_ATTEMPTS:
            log.error("intake.given_up", inbox_id=update.id, attempts=update.attempts)
            if line.updates and line.updates[0] is update:  # else forgotten meanwhile
                self._take_out(line, 1)
            return
        await self._handle_next(line)
        await self._mark()

    async def _handle_next(self, line: _Line) -> None:
        if self._still_waits(line):
            [update] = self._take_out(line, 1)
            state = await self._try(update)
            if state is None:
                line.updates.appendleft(update)
                self._waiting += 1
                return
            self._settled.setdefault(state, []).append(update.id)
            self._unmarked[update.id] = update.chat
            self._mark_soon()

    async def _try(self, update: StoredUpdate) -> InboxState | None:
        """None: it waits for its bot, which was closed meanwhile, or for another process."""
        attempt = 1
        while True:
            try:
                await self._handler.handle(update)
            except _TRANSIENT as error:
                no_room = has_no_room(error)
                if is_refusal(error) or (attempt == MAX_ATTEMPTS and not no_room):
                    return await self._give_up(update, error)
                log.warning("intake.trying_again", inbox_id=update.id, error=type(error).__name__)
                await asyncio.sleep(_UNTIL_THERE_IS_ROOM if no_room else _pause(error, attempt))
                await self._database_is_back()
                if not self._is_served(update.chat):
                    return None
                attempt += not no_room
            except Exception as error:  # noqa: BLE001 - whatever a handler raises, its chat must go on
                return await self._give_up(update, error)
            else:
                return InboxState.DONE

    async def _give_up(self, update: StoredUpdate, error: Exception) -> InboxState:
        await self._handler.apologise(update, error)
        return InboxState.FAILED

    async def _database_is_back(self) -> None:
        """However long the database is away: that is no reason to give up what a person did."""
        while True:
            try:
                async with self._db.statement() as session:
                    await session.execute(select(1))
                return
            except OUTAGE:
                await asyncio.sleep(1)

    # --- Marks -------------------------------------------------------------------------------------------

    def _mark_soon(self) -> None:
        """Many small updates of the table become one."""
        if self._marking is None:
            self._marking = self._begin(self._mark_and_let_go())

    async def _mark_and_let_go(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_MARK_DELAY):
                await self._stopping.wait()
        await self._mark()
        self._marking = None
        await self._inbox.let_go(lambda: {*self._lines, *self._unmarked.values(), *self._served.unsettled()})

    async def _mark(self) -> None:
        while self._settled:
            state, ids = self._settled.popitem()
            try:
                async with self._db.statement() as session:
                    await inbox.mark(session, ids, state, self._clock.now())
            except OUTAGE as error:
                log.warning("intake.not_marked_yet", updates=len(ids), error=type(error).__name__)
                self._settled.setdefault(state, []).extend(ids)
                if self._stopping.is_set():
                    break
                await asyncio.sleep(1)
            else:
                self._counted.difference_update(ids)
                for update_id in ids:
                    self._unmarked.pop(update_id, None)

    async def _take_back_counts(self) -> None:
        """This process ends as it should: what still waits is no suspect for that."""
        with suppress(*OUTAGE):
            async with self._db.statement() as session:
                await inbox.take_back_attempt(session, list(self._counted))
