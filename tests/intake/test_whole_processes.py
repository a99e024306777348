"""Whole processes, each of which would do everything: they share the limit of their token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import Part, application
from bot.config import Address, Settings
from bot.watching.watch import Duty
from db.engine import Database
from sandbox import TelegramSandbox
from services.notifications.limiter import Limiter
from services.watching import PulseState
from tests.processes import free_port, until
from tests.world import FakeClock, Story, build_story

TOKEN = "1000000:whole-processes"


class Heard(Limiter):
    """Remembers that somebody else may answer, and to which chats they have written."""

    def __init__(self) -> None:
        super().__init__()
        self.others: set[str] = set()
        self.chats: set[int] = set()

    def answers_elsewhere(self, process: str) -> None:
        super().answers_elsewhere(process)
        self.others.add(process)

    def used_elsewhere(self, chat_id: int, process: str) -> None:
        super().used_elsewhere(chat_id, process)
        self.chats.add(chat_id)


@pytest.fixture
async def people(committed_db: Database) -> Story:
    return await build_story(committed_db)


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    sandbox = TelegramSandbox()
    sandbox.add_bot(TOKEN, "zvonok_bot")
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.mark.parametrize(
    ("first_parts", "receiving"),
    [
        pytest.param(frozenset(Part), "webhook", id="both answer"),
        pytest.param(frozenset([Part.WORKER]), "polling", id="one only sends"),
    ],
)
async def test_the_process_that_sends_hears_of_the_replies_of_the_other(
    committed_db: Database,
    clock: FakeClock,
    people: Story,
    telegram: TelegramSandbox,
    tmp_path: Path,
    first_parts: frozenset[Part],
    receiving: str,
) -> None:
    ports = free_port(), free_port()
    first_settings, second_settings = (
        Settings.model_construct(
            bot_token=SecretStr(TOKEN),
            bot_api_url=telegram.base_url,
            data_dir=tmp_path,
            listen=Address("127.0.0.1", port),
            webhook_url=f"http://127.0.0.1:{ports[1]}/hook" if receiving == "webhook" else None,
            webhook_secret=SecretStr("s3cret"),
        )
        for port in ports
    )
    heard = Heard()
    mother = telegram.phone(people.world.accounts[people.mother].external_user_id)
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(
            application(first_settings, committed_db, clock, parts=first_parts, new_limiter=lambda: heard)
        )

        async def first_sends() -> bool:
            return first.watch.duties()[Duty.SENDER] is PulseState.WORKING

        async def heard_of_her() -> bool:
            return mother.user.user_id in heard.chats

        await until(first_sends, "the first process sends")
        await stack.enter_async_context(application(second_settings, committed_db, clock))

        async def second_can_tell() -> bool:
            return bool(heard.others)

        await until(second_can_tell, "the first process hears that the second may answer")
        await mother.start()
        await until(heard_of_her, "the first process hears of the reply")
