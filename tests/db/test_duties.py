"""What one process at a time may do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from db.engine import Database
from db.listening import Duties
from tests.losing import lose_who_holds

SENDING, POLLING = 7, 8
PATIENCE = 20.0


@asynccontextmanager
async def process(db: Database) -> AsyncIterator[Duties]:
    duties = Duties(db.url)
    running = asyncio.create_task(duties.run())
    try:
        yield duties
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_a_duty_is_of_one_process_as_long_as_its_connection_lives(committed_db: Database) -> None:
    async with process(committed_db) as one, process(committed_db) as other, asyncio.timeout(PATIENCE):
        async with one.hold(SENDING) as lost:
            assert one.holds(SENDING)
            assert not one.holds(POLLING)
            assert not other.holds(SENDING)
            async with committed_db.statement() as session:
                await lose_who_holds(session, SENDING)
            await lost.wait()
            assert not one.holds(SENDING), "another process may have it by now"
            async with other.hold(SENDING):
                assert other.holds(SENDING)
        assert not other.holds(SENDING)


async def test_who_stops_waiting_for_a_duty_keeps_the_others(committed_db: Database) -> None:
    """A bot is closed while its process stands by for it, whatever the try for its lock has come to."""
    async with (
        process(committed_db) as one,
        process(committed_db) as other,
        asyncio.timeout(PATIENCE),
        one.hold(SENDING) as lost,
    ):
        for steps in range(40):
            waiting = asyncio.create_task(hold_for_ever(one, POLLING))
            for _ in range(steps):
                await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.wait([waiting])
        assert not lost.is_set()
        async with other.hold(POLLING):
            assert not one.holds(POLLING)


async def hold_for_ever(duties: Duties, lock: int) -> None:
    async with duties.hold(lock):
        await asyncio.Event().wait()
