"""Updates: first kept in the inbox, then confirmed to the messenger, then handled.

The updates of one chat are handled in their order, chats side by side. What a process that died had not
handled is handled by the next one before anything new; an update may so be handled twice, which is why
buttons set states instead of toggling them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from sqlalchemy import select

from bot.telegram import GetRawUpdates
from bot.updates import chat_of, storable, without_keyboard
from db.engine import Database
from db.enums import Channel, InboxState
from db.listening import OUTAGE, is_refusal
from db.queries import inbox
from db.queries.inbox import StoredUpdate
from services.clock import Clock

ALLOWED_UPDATES = ["message", "edited_message", "callback_query"]
MAX_ATTEMPTS = 5
SIDE_BY_SIDE = 32
_BACKLOG = 2000
SHARE = 100
"""Updates of one chat that are held in memory, the others wait in the inbox: whoever floods the bot waits
alone and fills nothing but a table."""
_POLL_SECONDS = 25
_MARK_DELAY = 0.25
"""Seconds: what a process handled last before it died is handled once more."""
_FAREWELL_SECONDS = 10.0

log = structlog.get_logger()

_TRANSIENT = (*OUTAGE, TelegramNetworkError, TelegramRetryAfter, TelegramServerError, ClientDecodeError)
"""Worth another try: handling an update again does no harm."""


class Handler(Protocol):
    async def handle(self, payload: dict[str, Any]) -> None:
        """Handle one update; may be called again for the same one."""

    async def apologise(self, payload: dict[str, Any], error: BaseException) -> None:
        """It will not be tried again. Never raises."""


def _pause(error: Exception, attempt: int) -> float:
    """Seconds until the next try."""
    return float(error.retry_after) if isinstance(error, TelegramRetryAfter) else 2.0**attempt / 4


class Intake:
    """Give it updates with `receive`, or let `poll` fetch them. `start` before, `stop` after."""

    def __init__(self, db: Database, clock: Clock, handler: Handler) -> None:
        self._db = db
        self._clock = clock
        self._handler = handler
        self._chats: dict[int | None, deque[StoredUpdate]] = {}
        self._behind: set[int | None] = set()
        """Chats of which more waits in the inbox than stands in line."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(SIDE_BY_SIDE)
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()
        self._settled: dict[InboxState, list[int]] = {}
        self._marking: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Take up what an earlier process left."""
        async with self._db.transaction() as session:
            left = await inbox.take_over(session, Channel.TELEGRAM, MAX_ATTEMPTS)
        if left.given_up:
            log.error("intake.given_up", inbox_ids=left.given_up, starts=MAX_ATTEMPTS)
        if left.chats:
            log.info("intake.taken_over", chats=len(left.chats))
        self._behind.update(left.chats)
        for chat_id in left.chats:
            self._open_line(chat_id)

    async def receive(self, updates: Sequence[dict[str, Any]]) -> None:
        """Keep updates; when this returns they are safe, and known ones are passed over.

        What is said in groups is none of a school's business: it is never kept.
        """
        rows = [
            {
                "external_id": update["update_id"],
                "chat_id": chat_of(update),
                "payload": storable(without_keyboard(update)),
            }
            for update in updates
            if (chat_of(update) or 0) >= 0  # a group's id is negative
        ]
        async with self._db.statement() as session:
            new = await inbox.store(session, Channel.TELEGRAM, rows, self._clock.now())
        self._line_up(new)

    async def poll(self, bot: Bot) -> None:
        """Fetch updates until cancelled. The messenger hears that we have a batch only after it is kept."""
        fetch = GetRawUpdates(timeout=_POLL_SECONDS, allowed_updates=ALLOWED_UPDATES)
        failures = 0
        while True:
            await self._room.wait()
            try:
                updates = await bot(fetch, request_timeout=_POLL_SECONDS + 10)
                if updates:
                    await self.receive(updates)
                    fetch.offset = updates[-1]["update_id"] + 1
                failures = 0
            except (AiogramError, *OUTAGE) as error:
                log.warning("intake.polling_failed", error=type(error).__name__)
                await asyncio.sleep(min(2.0**failures, 30.0))
                failures += 1

    async def stop(self) -> None:
        """Let what is being handled end; what only waits stays in the inbox."""
        self._stopping.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_FAREWELL_SECONDS)
        for task in self._tasks:
            task.cancel()
        if self._marking is not None:
            await self._marking

    def _line_up(self, updates: Sequence[StoredUpdate]) -> None:
        for update in updates:
            if update.chat_id not in self._chats:
                self._open_line(update.chat_id)
            line = self._chats[update.chat_id]
            if update.chat_id in self._behind or len(line) == SHARE:
                self._behind.add(update.chat_id)
            else:
                line.append(update)
                self._waiting += 1
        if self._waiting >= _BACKLOG:
            self._room.clear()

    def _open_line(self, chat_id: int | None) -> None:
        self._chats[chat_id] = deque()
        task = asyncio.create_task(self._serve(chat_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _catch_up(self, chat_id: int | None) -> None:
        """Fill an empty line from the inbox; what comes meanwhile may be in both."""
        line = self._chats[chat_id]
        while self._marking is not None:  # else what has just been handled would be read again
            await asyncio.shield(self._marking)
        self._behind.discard(chat_id)
        try:
            async with self._db.statement() as session:
                oldest = await inbox.waiting(session, Channel.TELEGRAM, chat_id, SHARE)
        except OUTAGE as error:
            log.warning("intake.not_read_yet", error=type(error).__name__)
            self._behind.add(chat_id)
            await asyncio.sleep(1)
            return
        known = {update.id for update in oldest}
        came = [update for update in line if update.id not in known]
        self._waiting -= len(line)
        line.clear()
        line.extend(oldest)
        self._waiting += len(line)
        if len(oldest) == SHARE:
            self._behind.add(chat_id)
        else:
            self._line_up(came)

    async def _serve(self, chat_id: int | None) -> None:
        line = self._chats[chat_id]
        while (line or chat_id in self._behind) and not self._stopping.is_set():
            if not line:
                await self._catch_up(chat_id)
                continue
            async with self._free:
                update = line.popleft()
                self._waiting -= 1
                if self._waiting < _BACKLOG:
                    self._room.set()
                self._settle(update.id, await self._try(update))
        del self._chats[chat_id]

    async def _try(self, update: StoredUpdate) -> InboxState:
        attempt = 1
        while True:
            try:
                await self._handler.handle(update.payload)
            except _TRANSIENT as error:
                if attempt == MAX_ATTEMPTS or is_refusal(error):
                    return await self._give_up(update, error)
                log.warning("intake.trying_again", inbox_id=update.id, error=type(error).__name__)
                await asyncio.sleep(_pause(error, attempt))
                await self._database_is_back()
                attempt += 1
            except Exception as error:  # noqa: BLE001 - whatever a handler raises, its chat must go on
                return await self._give_up(update, error)
            else:
                return InboxState.DONE

    async def _give_up(self, update: StoredUpdate, error: Exception) -> InboxState:
        await self._handler.apologise(update.payload, error)
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

    def _settle(self, inbox_id: int, state: InboxState) -> None:
        self._settled.setdefault(state, []).append(inbox_id)
        if self._marking is None:
            self._marking = asyncio.create_task(self._mark())

    async def _mark(self) -> None:
        """Many small updates of the table become one."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_MARK_DELAY):
                await self._stopping.wait()
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
        self._marking = None
