"""Processes that share a token hear what the others write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import count

from bot.pace import CHANNEL, SharedPace
from db.engine import Database
from db.listening import Duties
from services.notifications.limiter import Limiter
from services.notifications.window import Rank
from tests.processes import PATIENCE

BOT, OTHER_BOT, MOTHER = 40, 41, 7


@asynccontextmanager
async def process(
    db: Database, *limiters: Limiter, alone: Collection[int] = (), roles: Collection[tuple[int, Rank]] = ()
) -> AsyncIterator[SharedPace]:
    """Serves as many bots as it has limiters, and for `alone` nobody else does."""
    duties = Duties(db.url, [CHANNEL])
    limiter_of = dict(zip((BOT, OTHER_BOT), limiters, strict=False)).get
    pace = SharedPace(duties, limiter_of, lambda bot_id: bot_id in alone, lambda: roles)
    tasks = [asyncio.create_task(duties.run()), asyncio.create_task(pace.run())]
    try:
        yield pace
    finally:
        for task in reversed(tasks):
            task.cancel()
            await asyncio.wait([task])


async def test_a_reply_is_heard_of_by_the_other_process_and_not_by_its_own(committed_db: Database) -> None:
    own, worker, of_another_bot = Limiter(), Limiter(chat_interval=60), Limiter()
    async with AsyncExitStack() as stack:
        intake = await stack.enter_async_context(process(committed_db, own))
        await stack.enter_async_context(process(committed_db, worker, of_another_bot))
        async with asyncio.timeout(PATIENCE):
            while MOTHER not in worker.resting_chats():  # until both listen
                intake.replied(BOT, MOTHER)
                await asyncio.sleep(0.05)
    assert own.resting_chats() == of_another_bot.resting_chats() == {}


async def test_an_edit_keeps_out_of_a_chat_to_which_another_process_sends(committed_db: Database) -> None:
    answering = Limiter(chat_interval=60)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(process(committed_db, answering))
        worker = await stack.enter_async_context(process(committed_db, Limiter()))
        async with asyncio.timeout(PATIENCE):
            while answering.rest_of(MOTHER) <= 0:  # until both listen
                worker.sent(BOT, MOTHER)
                await asyncio.sleep(0.05)
    assert set(answering.resting_chats()) == {MOTHER}


async def test_more_replies_than_a_notification_holds_are_all_heard_of(committed_db: Database) -> None:
    worker = Limiter(chat_interval=60)
    async with AsyncExitStack() as stack:
        intake = await stack.enter_async_context(process(committed_db, Limiter()))
        await stack.enter_async_context(process(committed_db, worker))
        async with asyncio.timeout(PATIENCE):
            while len(worker.resting_chats()) < 1000:
                for chat_id in range(1000):
                    intake.replied(BOT, chat_id)
                await asyncio.sleep(0.5)


async def test_where_nobody_else_answers_or_sends_nobody_is_told(committed_db: Database) -> None:
    alone, shared = Limiter(chat_interval=60), Limiter(chat_interval=60)
    async with AsyncExitStack() as stack:
        intake = await stack.enter_async_context(process(committed_db, alone=[BOT]))
        await stack.enter_async_context(process(committed_db, alone, shared))
        async with asyncio.timeout(PATIENCE):
            while not shared.resting_chats():
                intake.replied(BOT, MOTHER)
                intake.replied(OTHER_BOT, MOTHER)
                await asyncio.sleep(0.05)
    assert alone.resting_chats() == {}


class Resting(Limiter):
    """Notes when nothing may leave."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: set[float] = set()

    def pause(self, seconds: float) -> None:
        super().pause(seconds)
        self.seconds.add(seconds)


async def test_a_rest_of_the_whole_token_is_taken_by_those_who_were_not_told_to(
    committed_db: Database,
) -> None:
    refused, worker, of_another_bot = Limiter(), Resting(), Resting()
    async with AsyncExitStack() as stack:
        intake = await stack.enter_async_context(process(committed_db, refused))
        await stack.enter_async_context(process(committed_db, worker, of_another_bot))
        refused.tell_of_rests(partial(intake.rests, BOT))
        chat_ids = count(MOTHER)
        async with asyncio.timeout(PATIENCE):
            while not worker.seconds:  # until both listen
                refused.refused(next(chat_ids), 30)
                await asyncio.sleep(0.05)
    assert (worker.seconds, of_another_bot.seconds) == ({30}, set())


class Knowing(Limiter):
    """Notes what it is told of the others' roles."""

    def __init__(self) -> None:
        super().__init__()
        self.knows: set[Rank] = set()
        self.told = asyncio.Event()

    def answers_elsewhere(self, process: str) -> None:
        super().answers_elsewhere(process)
        self._note(Rank.REPLY)

    def sends_elsewhere(self) -> None:
        super().sends_elsewhere()
        self._note(Rank.OUTBOX)

    def _note(self, rank: Rank) -> None:
        self.knows.add(rank)
        self.told.set()


async def test_who_comes_hears_at_once_what_the_others_may_do_and_they_of_it(committed_db: Database) -> None:
    old, new, of_another_bot = Knowing(), Knowing(), Knowing()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(process(committed_db, old, roles=[(BOT, Rank.OUTBOX)]))
        await stack.enter_async_context(
            process(committed_db, new, of_another_bot, roles=[(BOT, Rank.REPLY), (OTHER_BOT, Rank.REPLY)])
        )
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(old.told.wait(), new.told.wait())
    assert (old.knows, new.knows, of_another_bot.knows) == ({Rank.REPLY}, {Rank.OUTBOX}, set())
