"""What a process has for each bot that it serves: one for every school, or the only one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import structlog
from aiogram import Bot

from bot.fsm import PostgresStorage
from bot.refusal import Refusal
from bot.services import Services
from db.engine import Database
from db.listening import OUTAGE
from db.queries.inbox import Chat
from handlers.screens import Screens
from services.notifications.limiter import Limiter
from services.schools import SchoolBot

_REFRESH_SECONDS = 2.0
_PAUSE_SECONDS = 5.0

Work = Coroutine[Any, Any, None]
"""Never ends by itself."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Branch:
    """A bot with everything that it works with."""

    of: SchoolBot
    bot: Bot
    db: Database
    """Shows this school alone."""
    screens: Screens
    services: Services
    limiter: Limiter = field(default_factory=Limiter)

    @cached_property
    def provided(self) -> dict[str, Any]:
        """What middlewares find in their data, and a handler may have as a parameter."""
        given = {one.name: getattr(self.services, one.name) for one in fields(self.services)}
        storage = PostgresStorage(self.db, self.services.clock)
        return given | {
            "db": self.db,
            "school_id": self.of.school_id,
            "screens": self.screens,
            "storage": storage,
        }


Find = Callable[[], Awaitable[Iterable[SchoolBot]]]
Open = Callable[[SchoolBot], AbstractAsyncContextManager[tuple[Branch, list[Work]]]]


class Branches(Mapping[int, Branch]):
    """By their bots' ids. Kept as `find` says, looked up every few seconds: a school that is added need not
    wait for a restart.

    `open_branch` makes a branch, and the work that it does by itself. Work that breaks is begun again, with
    its branch and no other. Run `run` as a task.
    """

    def __init__(self, find: Find, open_branch: Open) -> None:
        self._find = find
        self._open = open_branch
        self._open_ones: dict[int, Branch] = {}
        self._tasks: dict[SchoolBot, asyncio.Task[None]] = {}

    def __getitem__(self, bot_id: int) -> Branch:
        return self._open_ones[bot_id]

    def __iter__(self) -> Iterator[int]:
        return iter(self._open_ones)

    def __len__(self) -> int:
        return len(self._open_ones)

    def limiter_of(self, bot_id: int) -> Limiter | None:
        branch = self._open_ones.get(bot_id)
        return None if branch is None else branch.limiter

    async def run(self) -> None:
        """Until cancelled; then everything is closed."""
        try:
            while True:
                await asyncio.sleep(_REFRESH_SECONDS)
                try:
                    await self.refresh()
                except (*OUTAGE, Refusal) as error:
                    log.warning("branches.not_looked_up", error=type(error).__name__)
        finally:
            await self._close(self._tasks)

    async def refresh(self) -> None:
        """Look now. Raises an error of OUTAGE when the database is away."""
        wanted = set(await self._find())
        new, gone = wanted - self._tasks.keys(), self._tasks.keys() - wanted
        # What is closed may wait for a slow messenger: nobody waits for that but who has its bot from now on.
        successors = {one for one in new if one.bot_id in {other.bot_id for other in gone}}
        await self._begin(new - successors)
        await self._close(gone)
        await self._begin(successors)

    async def _begin(self, new: Iterable[SchoolBot]) -> None:
        begun = []
        for school_bot in new:
            opened = asyncio.Event()
            begun.append(opened.wait())
            self._tasks[school_bot] = asyncio.create_task(self._keep_open(school_bot, opened))
        await asyncio.gather(*begun)

    def unsettled(self) -> set[Chat]:
        """Chats in which a screen is still to be shown."""
        return {
            Chat(bot_id, chat_id) for bot_id, branch in self.items() for chat_id in branch.screens.unsettled()
        }

    async def settle(self) -> None:
        """Show them."""
        await asyncio.gather(*(branch.screens.settle() for branch in self.values()))

    async def _close(self, gone: Iterable[SchoolBot]) -> None:
        tasks = [self._tasks.pop(school_bot) for school_bot in list(gone)]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _keep_open(self, school_bot: SchoolBot, opened: asyncio.Event) -> None:
        while True:
            try:
                async with self._open(school_bot) as (branch, works):
                    self._open_ones[school_bot.bot_id] = branch
                    opened.set()
                    await _all(works)
            except Exception:  # whatever breaks, other schools go on; it is told, and tried again
                log.exception("branch.broken", school=school_bot.school_id)
            finally:
                opened.set()
                self._open_ones.pop(school_bot.bot_id, None)
            if school_bot not in self._tasks:
                return  # what broke while it was closed hid that it was cancelled
            await asyncio.sleep(_PAUSE_SECONDS)


async def _all(works: Iterable[Work]) -> None:
    """Until cancelled, or something raises."""
    async with asyncio.TaskGroup() as group:
        for work in works:
            group.create_task(work)
        group.create_task(asyncio.Event().wait())
