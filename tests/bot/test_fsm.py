"""Half-typed conversations in PostgreSQL."""

import asyncio

import pytest
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import StorageKey

from bot.fsm import PostgresStorage
from db.engine import Database
from services.housekeeping import CONVERSATIONS_KEPT, purge_conversations
from tests.world import FakeClock

KEY = StorageKey(bot_id=1, chat_id=2, user_id=2)


class Steps(StatesGroup):
    minutes = State()


@pytest.fixture
def storage(committed_db: Database, clock: FakeClock) -> PostgresStorage:
    return PostgresStorage(committed_db, clock)


async def test_a_chat_begins_nowhere(storage: PostgresStorage) -> None:
    assert await storage.get_state(KEY) is None
    assert await storage.get_data(KEY) == {}


async def test_a_restart_forgets_neither_the_step_nor_what_was_typed(
    storage: PostgresStorage, committed_db: Database, clock: FakeClock
) -> None:
    await storage.set_state(KEY, Steps.minutes)
    await storage.set_data(KEY, {"lesson_id": 3})
    again = PostgresStorage(committed_db, clock)
    assert await again.get_state(KEY) == "Steps:minutes"
    assert await again.get_data(KEY) == {"lesson_id": 3}


async def test_a_step_that_is_answered_is_not_abandoned(
    storage: PostgresStorage, committed_db: Database, clock: FakeClock
) -> None:
    """The housekeeping of a night may meet somebody who answers after weeks: first, or not at all."""
    await storage.set_state(KEY, Steps.minutes)
    await storage.set_data(KEY, {"lesson_id": 3})
    clock.forward(days=CONVERSATIONS_KEPT.days + 1)
    assert await storage.get_state(KEY) == "Steps:minutes"
    async with committed_db.transaction() as session:
        await purge_conversations(session, clock.now())
    assert await storage.get_data(KEY) == {"lesson_id": 3}


async def test_an_abandoned_step_is_forgotten_whole(
    storage: PostgresStorage, committed_db: Database, clock: FakeClock
) -> None:
    await storage.set_state(KEY, Steps.minutes)
    await storage.set_data(KEY, {"lesson_id": 3})
    clock.forward(days=CONVERSATIONS_KEPT.days + 1)
    async with committed_db.transaction() as session:
        await purge_conversations(session, clock.now())
    assert await storage.get_state(KEY) is None
    assert await storage.get_data(KEY) == {}


async def test_leaving_a_step_keeps_the_data_until_it_is_cleared(storage: PostgresStorage) -> None:
    await storage.set_data(KEY, {"a": 1})
    await storage.set_state(KEY, None)
    assert await storage.get_data(KEY) == {"a": 1}


async def test_parts_added_at_once_are_all_there(storage: PostgresStorage) -> None:
    await asyncio.gather(*(storage.update_data(KEY, {f"{number}": number}) for number in range(20)))
    assert await storage.get_data(KEY) == {f"{number}": number for number in range(20)}


async def test_chats_do_not_mix(storage: PostgresStorage) -> None:
    await storage.set_data(KEY, {"a": 1})
    assert await storage.get_data(StorageKey(bot_id=1, chat_id=3, user_id=3)) == {}
