"""The inbox that any number of processes share: who keeps an update, and whose each chat is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.enums import Channel
from db.listening import HEARTBEAT, OUTAGE, OwnConnection, is_bad_value, own_connection, until
from db.queries import inbox
from db.queries.inbox import Chat, KeptUpdate
from services.clock import Clock

log = structlog.get_logger()


class Lines(Protocol):
    """Where the updates of the chats that are ours are handled."""

    def line_up(self, update: KeptUpdate) -> None:
        """Its chat is ours, and the update is the newest of it."""

    def look(self, chat: Chat, *, inherited: bool) -> None:
        """The chat is ours, and more waits in the inbox; `inherited`: from a process that let go of it."""

    def forget(self) -> None:
        """No chat is ours any more: what has not been begun waits in the inbox."""


class Inbox:
    """Run `run` as a task. `served`: ids of the bots whose updates this process may handle, at any time."""

    def __init__(self, url: str, clock: Clock, lines: Lines, served: Collection[int]) -> None:
        self._url = url
        self._clock = clock
        self._lines = lines
        self._served = served
        self._held: set[Chat] = set()
        self._told: set[Chat] = set()
        """Chats of others in which something has come."""
        self._missed = asyncio.Event()
        self._connection: asyncio.Future[OwnConnection] = asyncio.Future()
        self._coming: list[tuple[Sequence[dict[str, Any]], asyncio.Future[None]]] = []
        self._closed = False

    async def run(self) -> None:
        """Until cancelled; the database may go away and come back meanwhile."""
        while True:
            try:
                async with own_connection(self._url, {inbox.CHANNEL: self._hear}) as connection:
                    self._connection.set_result(connection)
                    try:
                        await until(connection.lost, self._look_around(connection))
                    finally:
                        self._connection = asyncio.Future()
                        self._held.clear()
                        self._lines.forget()
            except OUTAGE as error:
                log.warning("inbox.database_away", error=type(error).__name__)
            await asyncio.sleep(1)

    async def keep(self, updates: Sequence[dict[str, Any]]) -> None:
        """Keep updates (see `inbox.store`); when this returns they are safe, and known ones are passed over.

        Waits until there is a database. What comes while a statement runs is kept by the next, together.
        """
        kept: asyncio.Future[None] = asyncio.Future()
        ours = (updates, kept)
        self._coming.append(ours)
        try:
            while not kept.done():
                connection = await asyncio.shield(self._connection)
                async with connection.statement() as statement:
                    if not kept.done():
                        await self._keep_what_came(statement)
        finally:
            if ours in self._coming:
                self._coming.remove(ours)
        await kept

    async def _keep_what_came(self, statement: AsyncConnection) -> None:
        coming, self._coming = self._coming, []
        error: BaseException = ConnectionResetError()
        try:
            await self._store(statement, [row for updates, _ in coming for row in updates])
        except OUTAGE as outage:
            error = outage
            raise
        else:
            for _, kept in coming:
                if not kept.done():
                    kept.set_result(None)
        finally:
            for _, kept in coming:
                if not kept.done():
                    kept.set_exception(error)
                    kept.exception()  # whoever waits for it sees it; nobody else has to

    async def _store(self, statement: AsyncConnection, updates: Sequence[dict[str, Any]]) -> None:
        """What PostgreSQL cannot keep is passed over: being confirmed, it comes no more."""
        rows = [row | {"held": Chat(row["bot_id"], row["chat_id"]) in self._held} for row in updates]
        try:
            stored = await inbox.store(statement, Channel.TELEGRAM, rows, self._clock.now())
        except OUTAGE as error:
            if not is_bad_value(error):
                raise
            if len(updates) == 1:
                [update] = updates
                log.error("inbox.refused", bot=update["bot_id"], update_id=update["external_id"])
            else:
                for update in updates:
                    await self._store(statement, [update])
            return
        ours = [new for new in stored if new.ours]
        if self._closed:
            await inbox.hand_over(statement, [new.update.chat for new in ours])
        else:
            for new in ours:
                self._held.add(new.update.chat)
                self._lines.line_up(new)

    async def let_go(self, busy: Callable[[], Collection[Chat]]) -> None:
        """Others may have every chat but the busy ones. What was done in them is marked."""
        if not self._connection.done():
            return
        with suppress(*OUTAGE):
            async with self._connection.result().statement() as statement:
                idle = self._held.difference(busy())
                if idle:
                    self._held -= idle
                    await inbox.let_go(statement, list(idle))

    async def hand_over(self, waiting: Sequence[Chat]) -> None:
        """Others may have everything from now on, and hear in which chats something waits."""
        self._closed = True
        if not self._connection.done():
            return
        with suppress(*OUTAGE):
            async with self._connection.result().statement() as statement:
                self._held.clear()
                await inbox.hand_over(statement, waiting)

    def _hear(self, payload: str) -> None:
        chat = inbox.chat_told(payload)
        if chat is None:
            return
        if chat in self._held:
            self._lines.look(chat, inherited=False)
        else:
            self._told.add(chat)
            self._missed.set()

    async def _look_around(self, connection: OwnConnection) -> None:
        """What others were told and could not take; and, however much that is, now and then what a process
        that died left."""
        loop = asyncio.get_running_loop()
        sweep = loop.time()
        while True:
            # Before the inbox is read: what is told meanwhile may not be in it yet.
            told, self._told = self._told, set()
            self._missed.clear()
            if loop.time() >= sweep:
                async with connection.statement() as statement:
                    waiting = await inbox.chats_waiting(statement, self._served)
                sweep = loop.time() + HEARTBEAT
            else:
                waiting = [chat for chat in told if chat.bot_id in self._served]
            await self._take(connection, waiting)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(sweep):
                    await self._missed.wait()

    async def _take(self, connection: OwnConnection, chats: Sequence[Chat]) -> None:
        async with connection.statement() as statement:
            wanted = [chat for chat in chats if chat not in self._held]
            if self._closed or not wanted:
                return
            taken = await inbox.take(statement, wanted)
            self._held.update(taken)
        for chat in taken:
            self._lines.look(chat, inherited=True)
