"""The bots of a process come and go, each by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import cast

from pydantic import SecretStr

from bot.branch import Branch, Branches, Work
from services.schools import SchoolBot

PATIENCE = 20.0
"""Seconds after which a test fails."""


def school_bot(school_id: int, token: str = "AAE-first") -> SchoolBot:
    return SchoolBot(school_id, school_id, SecretStr(f"{school_id}:{token}"))


async def test_a_bot_that_closes_slowly_keeps_no_other_school_waiting() -> None:
    wanted = [school_bot(1)]
    may_close, closing = asyncio.Event(), asyncio.Event()

    async def find() -> list[SchoolBot]:
        return wanted

    @asynccontextmanager
    async def open_branch(one: SchoolBot) -> AsyncIterator[tuple[Branch, list[Work]]]:
        try:
            yield cast(Branch, SimpleNamespace(of=one)), []
        finally:
            closing.set()
            await may_close.wait()

    branches = Branches(find, open_branch)
    await branches.refresh()
    wanted = [school_bot(1, "AAE-second"), school_bot(2)]
    refreshing = asyncio.create_task(branches.refresh())
    await closing.wait()
    assert branches[2].of == wanted[1]
    may_close.set()
    await refreshing
    assert branches[1].of == wanted[0], "never two with one bot"
    await branches._close(branches._tasks)


async def test_a_bot_whose_work_breaks_while_it_is_closed_is_closed() -> None:
    working = asyncio.Event()
    wanted = [school_bot(1)]

    async def work() -> None:
        working.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise ConnectionResetError

    async def find() -> list[SchoolBot]:
        return wanted

    @asynccontextmanager
    async def open_branch(one: SchoolBot) -> AsyncIterator[tuple[Branch, list[Work]]]:
        yield cast(Branch, SimpleNamespace(of=one)), next(works)

    works: Iterator[list[Work]] = iter([[work()], []])
    branches = Branches(find, open_branch)
    await branches.refresh()
    await working.wait()
    wanted = []
    await asyncio.wait_for(branches.refresh(), PATIENCE)
    assert not branches
