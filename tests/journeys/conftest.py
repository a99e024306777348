"""The whole bot over HTTP against the sandbox: journeys drive it as people do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.app import Application, application
from bot.config import Settings
from bot.logs import set_up_logging
from db.engine import Database
from db.queries.outbox import CHANNEL
from sandbox import Phone, TelegramSandbox
from services.clock import Clock
from tests.world import MONDAY, MOSCOW, Story, build_story, moment

TOKEN = "1000000:journey"
EDIT_INTERVAL = 0.05
"""Seconds between two edits of a screen: nobody here waits a second for every button."""


class TurnableClock(Clock):
    """Runs, and can be turned."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)

    def turn(self, to: datetime) -> None:
        self._offset = to - datetime.now(UTC)


@dataclass(slots=True)
class Town:
    """The story's school, its people's phones, and the bot between them."""

    db: Database
    clock: TurnableClock
    sandbox: TelegramSandbox
    people: Story
    app: Application

    def phone(self, person_id: int) -> Phone:
        account = self.people.world.accounts[person_id]
        return self.sandbox.phone(account.external_user_id)

    def stranger(self) -> Phone:
        """Somebody whom the bot has never seen."""
        return self.sandbox.phone(77, first_name="Некто")

    async def at(self, time: str, day: date = MONDAY) -> None:
        """Turn the clock, and let what is due leave."""
        self.clock.turn(moment(time, day))
        async with self.db.transaction() as session:
            await session.execute(text(f"notify {CHANNEL}"))


@pytest.fixture
async def town(committed_db: Database, tmp_path: Path) -> AsyncIterator[Town]:
    set_up_logging("console")
    clock = TurnableClock(moment("10:17"))
    people = await build_story(committed_db)
    async with AsyncExitStack() as stack:
        sandbox = TelegramSandbox(clock=lambda: clock.now().astimezone(MOSCOW))
        sandbox.add_bot(TOKEN, "zvonok_bot")
        await sandbox.start()
        stack.push_async_callback(sandbox.stop)
        for account in people.world.accounts.values():
            await sandbox.phone(account.external_user_id).start()
        settings = Settings.model_construct(
            bot_token=SecretStr(TOKEN),
            bot_api_url=sandbox.base_url,
            database_url=SecretStr(committed_db.url),
            data_dir=tmp_path,
        )
        app = await stack.enter_async_context(
            application(settings, committed_db, clock, edit_interval=EDIT_INTERVAL)
        )
        yield Town(committed_db, clock, sandbox, people, app)
