"""The demo: a school, a Telegram and the bot on one's own machine, all gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from bot.app import Application, application
from bot.cast import TOUR, ZONE, bring_in, fill_past_registers
from bot.config import Settings
from bot.database import open_database
from bot.postgres import THROWAWAY
from bot.refusal import Refusal
from sandbox import TelegramSandbox
from sandbox.make_school import SCHOOL
from services.clock import Clock
from services.importing.service import ImportService

MONDAY_10_17 = datetime(2026, 9, 14, 10, 17, tzinfo=ZONE)
TOKEN = "1000000:demo"  # noqa: S105 - the sandbox's own
USERNAME = "zvonok_demo_bot"


@asynccontextmanager
async def demo(
    *, port: int = 0, clock: Clock | None = None
) -> AsyncIterator[tuple[TelegramSandbox, Application]]:
    """A running demo; its page is at `sandbox.base_url`. Without a `clock` it begins on Monday at 10:17.

    Raises Refusal when the port is taken or no PostgreSQL can be started.
    """
    clock = clock or Clock(MONDAY_10_17)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zvonok-demo-")))
        sandbox = TelegramSandbox(clock=lambda: clock.now().astimezone(ZONE))
        sandbox.title = "Звонок: демонстрация"
        sandbox.add_bot(TOKEN, USERNAME, "Звонок")
        try:
            await sandbox.start(port=port)
        except OSError:
            raise Refusal(f"Порт {port} занят. Выберите другой: zvonok demo --port 8081") from None
        stack.push_async_callback(sandbox.stop)
        settings = Settings.model_construct(
            bot_token=SecretStr(TOKEN), bot_api_url=sandbox.base_url, data_dir=folder
        )
        db = await stack.enter_async_context(open_database(settings, server_settings=THROWAWAY))
        imported = await ImportService(db, clock).import_file(SCHOOL)
        assert imported.ok, imported.errors
        await fill_past_registers(db, clock)
        sandbox.people = await bring_in(db, clock)
        for person in sandbox.people:
            if not person.start_code:
                await sandbox.phone(person.user_id, first_name=person.name).start()
        sandbox.tour = list(TOUR)
        app = await stack.enter_async_context(application(settings, db, clock))
        yield sandbox, app
