"""Several processes share the inbox: every update is handled once, a chat's in their order."""

# ruff: noqa: ASYNC110 - what is waited for is done by a handler, which sets no event of ours.

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from unittest.mock import AsyncMock

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from bot.intake import MAX_ATTEMPTS
from db import listening
from db.engine import Database
from db.enums import InboxState
from db.queries import inbox
from db.queries.inbox import Chat, KeptUpdate, StoredUpdate
from tests.intake.test_inbox import BOT, FATHER, MOTHER, PATIENCE, Box, Recorder, message, store
from tests.losing import lose_who_holds


@dataclass(frozen=True)
class SlowlyTold:
    stored: asyncio.Event
    answered: asyncio.Event


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await asyncio.sleep(0.01)


async def blocked(db: Database, statement: str) -> None:
    """Wait until a process's statement that begins so waits for a lock."""
    waiting = text(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and wait_event_type = 'Lock' and query ilike :statement"
    )
    found = 0
    async with asyncio.timeout(PATIENCE):
        while not found:
            async with db.statement() as session:
                found = await session.scalar(waiting, {"statement": f"{statement}%"}) or 0


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


async def test_what_a_dead_process_left_is_taken_up_however_busy_the_others_are(box: Box) -> None:
    heard = 0

    async def chatter() -> None:
        nonlocal heard
        while True:
            async with box.db.statement() as connection:
                await connection.execute(select(func.pg_notify(inbox.CHANNEL, f"{BOT} {FATHER}")))
            heard += 1
            await asyncio.sleep(0.05)

    async with box.process(box.handler):
        telling = asyncio.create_task(chatter())
        try:
            await until(lambda: heard > 3)
            async with box.db.transaction() as session:
                await store(session, 1)
            assert await box.settled() == {1: InboxState.DONE}
        finally:
            telling.cancel()


async def test_what_was_read_of_a_chat_that_is_lost_meanwhile_is_left_to_who_has_it(box: Box) -> None:
    first, second = Recorder(), Recorder()
    first.gates[1] = asyncio.Event()
    async with box.process(first) as one, box.process(second) as other:
        await one.receive([message(1, MOTHER)])
        await other.receive([message(2, MOTHER)])
        await until(lambda: 1 in first.begun)
        async with box.db.transaction() as session:
            await session.execute(text("lock table inbox in access exclusive mode"))
            first.gates[1].set()
            await blocked(box.db, "select inbox.id, inbox.payload")
            one.running.cancel()
            await asyncio.wait([one.running])
        await box.settled()
        await until(lambda: 2 in second.handled)
    assert first.handled == [1]


@pytest.fixture
def slowly_told(monkeypatch: pytest.MonkeyPatch) -> SlowlyTold:
    """The statement that keeps update 3 is done, and its answer on the way until the test lets it come."""
    slowly = SlowlyTold(asyncio.Event(), asyncio.Event())
    store_updates = inbox.store

    async def store_slowly(*given: Any) -> list[KeptUpdate]:
        kept = await store_updates(*given)
        if any(new.update.payload["update_id"] == 3 for new in kept):
            slowly.stored.set()
            await slowly.answered.wait()
        return kept

    monkeypatch.setattr(inbox, "store", store_slowly)
    return slowly


@pytest.mark.parametrize("meanwhile", ["stands in the line", "was handled"])
async def test_what_is_read_from_the_inbox_before_its_keeping_is_told_of_is_handled_once(
    box: Box, slowly_told: SlowlyTold, meanwhile: str
) -> None:
    first, second = Recorder(), Recorder()
    first.gates = {1: asyncio.Event(), 2: asyncio.Event()}
    async with box.process(first) as one, box.process(second) as other:
        await one.receive([message(1, MOTHER)])
        await other.receive([message(2, MOTHER)])
        await until(lambda: 1 in first.begun)
        receiving = asyncio.create_task(one.receive([message(3, MOTHER)]))
        await slowly_told.stored.wait()
        first.gates[1].set()
        await until(lambda: 2 in first.begun)  # and with it the third was read
        if meanwhile == "was handled":
            first.gates[2].set()
            await until(lambda: 3 in first.handled)
        slowly_told.answered.set()
        await receiving
        first.gates[2].set()
        await one.receive([message(4, MOTHER)])
        await box.settled()
        await until(lambda: not one.intake._lines)
    assert (first.handled, second.handled) == ([1, 2, 3, 4], [])


async def test_what_is_over_before_its_keeping_is_told_of_is_not_begun_again(
    box: Box, slowly_told: SlowlyTold
) -> None:
    first = Recorder()
    box.bots.put_off = {Chat(BOT, MOTHER)}  # so the chat stays with the first
    async with box.process(first) as one, box.process(Recorder()) as other:
        await one.receive([message(1, MOTHER)])
        await box.settled()
        receiving = asyncio.create_task(one.receive([message(3, MOTHER)]))
        await slowly_told.stored.wait()
        await other.receive([message(4, MOTHER)])  # of which the first is told
        await box.settled()
        await until(lambda: not one.intake._lines and not one.intake._unmarked)
        slowly_told.answered.set()
        await receiving
        await one.receive([message(5, MOTHER)])
        await box.settled()
        await until(lambda: not one.intake._lines)
    assert first.handled == [1, 3, 4, 5]


@pytest.mark.parametrize("part", ["_catch_up", "_mark"])
async def test_a_process_whose_part_ends_that_should_not_ends(
    box: Box, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """So that it is started anew, for what it holds would wait for ever."""
    first, second = Recorder(), Recorder()
    first.gates[1] = asyncio.Event()
    async with box.process(second), box.process(first) as one:
        monkeypatch.setattr(one.intake, part, AsyncMock(side_effect=KeyError))
        await one.receive([message(1, MOTHER)])
        async with box.db.transaction() as session:
            await store(session, 2)
            await session.execute(text("select pg_notify('zvonok_inbox', '40 1')"))
        await until(lambda: 1 in first.begun)
        first.gates[1].set()
        with pytest.raises(ExceptionGroup):
            await asyncio.wait_for(one.running, PATIENCE)
        await box.settled()
    assert second.handled[-1] == 2


async def test_a_process_that_loses_its_connection_leaves_what_waits_to_the_others_at_once(box: Box) -> None:
    first, second = Recorder(), Recorder()
    first.gates[1] = asyncio.Event()
    async with box.process(first) as one, box.process(second) as other:
        await one.receive([message(number, MOTHER) for number in range(1, 6)])
        await until(lambda: 1 in first.begun)
        async with box.db.statement() as session:
            await lose_who_holds(session)
        await other.receive([message(6, MOTHER)])
        await until(lambda: 6 in second.handled)
        first.gates[1].set()
        await until(lambda: not one.intake._lines)
    assert (first.handled, second.handled) == ([1], [1, 2, 3, 4, 5, 6])


async def test_a_process_whose_server_leaves_it_without_an_answer_asks_anew(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with box.process(box.handler) as postman:
        async with box.db.transaction() as session:
            await session.execute(text("lock table inbox in share mode"))
            monkeypatch.setattr(listening, "_SILENCE", 0.5)
            with pytest.raises(DBAPIError):
                await asyncio.wait_for(postman.receive([message(1, MOTHER)]), PATIENCE)
        monkeypatch.undo()
        await postman.receive([message(1, MOTHER)])
        assert await box.settled() == {1: InboxState.DONE}


async def test_what_waits_to_be_tried_alone_when_the_process_stops_was_not_tried(box: Box) -> None:
    async with box.db.transaction() as session:
        await store(session, 1, attempts=MAX_ATTEMPTS - 1)
        await store(session, 2, chat_id=FATHER, attempts=MAX_ATTEMPTS - 1)
    gate = asyncio.Event()
    box.handler.gates = {1: gate, 2: gate}
    async with box.process(box.handler) as postman:
        await until(lambda: box.handler.begun and postman.intake._waiting == 1)
        stopping = asyncio.create_task(postman.stop())
        await until(postman.intake._stopping.is_set)
        gate.set()
        await stopping
    assert len(box.handler.handled) == 1
    async with box.process(box.handler):
        await box.settled()
    assert set(box.handler.handled) == {1, 2}


async def test_a_chat_that_is_lost_while_an_update_is_given_up_goes_on(box: Box) -> None:
    async with box.db.transaction() as session:
        await store(session, 1, attempts=MAX_ATTEMPTS)
    async with AsyncExitStack() as stack:
        async with box.db.transaction() as session:
            await session.execute(text("lock table inbox in share mode"))
            postman = await stack.enter_async_context(box.process(box.handler))
            await blocked(box.db, "update inbox set state")
            await lose_who_holds(session)
            await until(lambda: not postman.intake._waiting)
        await postman.receive([message(2, MOTHER)])
        assert await box.settled() == {1: InboxState.FAILED, 2: InboxState.DONE}


@pytest.mark.parametrize("attempts", [0, 1])
async def test_what_waits_for_a_bot_that_is_closed_waits_in_the_inbox(box: Box, attempts: int) -> None:
    """As while it gets another token: the update is not given up for want of a bot."""
    box.handler.gates[1] = asyncio.Event()
    async with box.process(box.handler) as postman:
        await postman.receive([message(1, MOTHER)])
        await until(lambda: 1 in box.handler.begun)
        async with box.db.transaction() as session:
            await store(session, 2, attempts=attempts)
        await postman.receive([message(3, MOTHER)])
        box.bots.clear()
        box.handler.gates[1].set()
        await until(lambda: not postman.intake._lines)
        assert box.handler.handled == [1]
        box.bots.append(BOT)
        await box.settled()
    assert box.handler.handled == [1, 2, 3]


async def test_what_could_not_be_answered_before_its_bot_was_closed_waits_for_the_bot(box: Box) -> None:
    box.handler.errors = {1: [ConnectionResetError()]}
    async with box.process(box.handler) as postman:
        await postman.receive([message(1, MOTHER), message(2, MOTHER)])
        await until(lambda: 1 in box.handler.begun)
        box.bots.clear()
        await until(lambda: not postman.intake._lines)
        assert await box.states() == {1: InboxState.NEW, 2: InboxState.NEW}
        box.bots.append(BOT)
        await box.settled()
    assert box.handler.handled == [1, 2]
    assert box.handler.apologies == []


async def test_a_chat_stays_while_one_of_its_screens_is_still_to_be_shown(box: Box) -> None:
    first, second = Recorder(), Recorder()
    box.bots.put_off = {Chat(BOT, MOTHER)}
    async with box.process(first) as one, box.process(second) as other:
        await one.receive([message(1, MOTHER), message(2, FATHER)])
        await box.settled()
        await until(lambda: one.intake._inbox._held == {Chat(BOT, MOTHER)})
        await other.receive([message(3, MOTHER), message(4, FATHER)])
        await box.settled()
    assert (first.handled, second.handled) == ([1, 2, 3], [4])


async def test_a_process_that_stops_shows_its_screens_before_it_hands_over(box: Box) -> None:
    first, second = Recorder(), Recorder()
    box.bots.put_off = {Chat(BOT, MOTHER)}
    box.bots.shown.clear()
    async with box.process(first) as one, box.process(second) as other:
        await one.receive([message(1, MOTHER)])
        await until(lambda: first.handled)
        stopping = asyncio.create_task(one.stop())
        await until(lambda: not one.intake._unmarked)
        await other.receive([message(2, MOTHER), message(3, FATHER)])
        await until(lambda: second.handled)
        assert second.handled == [3]
        box.bots.shown.set()
        await stopping
        await box.settled()
    assert second.handled == [3, 2]
