"""The steps at the door, broken off anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import StateType, StorageKey
from aiogram.fsm.storage.memory import MemoryStorage
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from handlers.common.entering import Entering, try_code
from handlers.screen import Screen
from handlers.screens import Screens
from services.access.binding import BindingService
from services.access.invitations import InvitationService
from tests.access.people import staffed_school, stranger
from tests.world import FakeClock


class DyingStorage(MemoryStorage):
    """Keeps so many writes, then is gone."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.writes = writes

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        self._write()
        await super().set_state(key, state)

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        self._write()
        await super().set_data(key, data)

    def _write(self) -> None:
        if not self.writes:
            raise ConnectionError
        self.writes -= 1


class NoTelegram:
    async def send(self, chat_id: int, screen: Screen) -> None:
        raise ConnectionError


@pytest.mark.parametrize("writes", range(5))
async def test_no_second_check_stands_without_its_invitation(
    db: Database, session: AsyncSession, clock: FakeClock, writes: int
) -> None:
    school = await staffed_school(session)
    account = stranger(school.world.school_id)
    irina = await school.world.actor(school.story.irina)
    invitation = await InvitationService(db, clock).show(actor=irina, person_id=school.story.mother)
    chat = StorageKey(bot_id=1, chat_id=account.chat_id, user_id=account.chat_id)
    state = FSMContext(DyingStorage(writes), chat)
    with pytest.raises(ConnectionError):
        await try_code(
            invitation.code, account, state, cast(Screens, NoTelegram()), BindingService(db, clock)
        )
    asked = await state.get_state() == Entering.second_check.state
    assert asked == (writes >= 2)
    assert not asked or "invitation_id" in await state.get_data()
