"""Several processes share the inbox: every update is handled once, a chat's in their order."""

# ruff: noqa: ASYNC110 - what is waited for is done by a handler, which sets no event of ours.

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from db.enums import InboxState
from db.queries.inbox import StoredUpdate
from tests.intake.test_inbox import FATHER, MOTHER, PATIENCE, Box, Recorder, message


async def test_a_chat_keeps_its_order_whichever_process_its_updates_come_to(box: Box) -> None:
    """Hard: each of 30 chats' updates go round three processes, one posted after the other was answered."""
    handled: list[tuple[int, int]] = []

    class Slow(Recorder):
        async def handle(self, update: StoredUpdate) -> None:
            await asyncio.sleep(0.002)
            handled.append((update.chat.chat_id, update.payload["update_id"]))

    async def talk(chat_id: int) -> None:
        for number in range(20):
            process = processes[(number + chat_id) % len(processes)]
            await process.receive([message(chat_id * 1000 + number, chat_id)])

    async with AsyncExitStack() as stack:
        processes = [await stack.enter_async_context(box.process(Slow())) for _ in range(3)]
        await asyncio.gather(*(talk(chat_id) for chat_id in range(1, 31)))
        await box.settled()
        for process in processes:
            await process.stop()
    for chat_id in range(1, 31):
        ours = [update_id for chat, update_id in handled if chat == chat_id]
        assert ours == [chat_id * 1000 + number for number in range(20)]


async def test_what_comes_to_another_process_waits_until_the_first_is_done(box: Box) -> None:
    first, second = Recorder(), Recorder()
    first.gates[1] = asyncio.Event()
    async with box.process(first) as one, box.process(second) as other:
        await one.receive([message(1, MOTHER)])
        await other.receive([message(2, MOTHER), message(3, FATHER)])
        async with asyncio.timeout(PATIENCE):
            while second.handled != [3]:
                await asyncio.sleep(0.01)
        assert first.handled == []
        first.gates[1].set()
        await box.settled()
    assert (first.handled, second.handled) == ([1, 2], [3])


async def test_what_a_process_had_begun_when_it_died_another_takes_up(box: Box) -> None:
    first, second = Recorder(), Recorder()
    first.gates[1] = asyncio.Event()
    async with box.process(second):
        async with box.process(first) as one:
            await one.receive([message(1, MOTHER), message(2, MOTHER)])
            await one.die()
        assert await box.settled() == dict.fromkeys([1, 2], InboxState.DONE)
    assert second.handled == [1, 2]


async def test_a_process_that_stops_hands_over_at_once(box: Box) -> None:
    first, second = Recorder(), Recorder()
    first.gates[1] = asyncio.Event()
    async with box.process(first) as one, box.process(second) as other:
        await one.receive([message(1, MOTHER), message(2, MOTHER)])
        async with asyncio.timeout(PATIENCE):
            while 1 not in first.begun:
                await asyncio.sleep(0.01)
        stopping = asyncio.create_task(one.stop())
        await asyncio.sleep(0)
        first.gates[1].set()
        await stopping
        await other.receive([message(3, MOTHER)])
        await box.settled()
    assert (first.handled, second.handled) == ([1], [2, 3])
