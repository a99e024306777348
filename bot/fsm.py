"""Half-typed conversations, kept in PostgreSQL: every call is one statement, so nothing races."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiogram.dispatcher.middlewares.base import BaseMiddleware
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, DefaultKeyBuilder, StateType, StorageKey
from aiogram.types import TelegramObject, Update

from db.engine import Database
from db.queries import conversations
from services.clock import Clock

_KEYS = DefaultKeyBuilder(prefix="telegram", with_bot_id=True, with_destiny=True)


class PostgresStorage(BaseStorage):
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        async with self._db.statement() as session:
            await conversations.set_state(session, _KEYS.build(key), name, self._clock.now())

    async def get_state(self, key: StorageKey) -> str | None:
        async with self._db.statement() as session:
            return await conversations.state(session, _KEYS.build(key), self._clock.now())

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        async with self._db.statement() as session:
            await conversations.set_data(session, _KEYS.build(key), dict(data), self._clock.now())

    async def update_data(self, key: StorageKey, data: Mapping[str, Any]) -> dict[str, Any]:
        async with self._db.statement() as session:
            return await conversations.merge_data(session, _KEYS.build(key), dict(data), self._clock.now())

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        async with self._db.statement() as session:
            return await conversations.data(session, _KEYS.build(key))

    async def close(self) -> None:
        """The database is closed by whoever opened it."""


class Conversations(BaseMiddleware):
    """Gives handlers `state`. Which step a chat is at is read for messages only: no button depends on it,
    and a tap should not cost a statement."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        assert isinstance(event, Update)
        user = data["event_from_user"]
        state = FSMContext(data["storage"], StorageKey(data["bot"].id, user.id, user.id))
        data["state"] = state
        data["raw_state"] = await state.get_state() if event.message else None
        return await handler(event, data)
