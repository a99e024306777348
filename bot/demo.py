"""The demo: a school, a Telegram and the bot on one's own machine, all gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import func, select

from bot.app import Application, application
from bot.cast import ZONE, bring_in
from bot.class_families import bring_in_families
from bot.config import Settings
from bot.database import open_database
from bot.days import keep_days, keep_past_days
from bot.postgres import THROWAWAY
from bot.refusal import Refusal
from bot.tour import TOUR
from db.engine import Database
from db.models import SchoolYear
from db.queries import sample_year
from db.queries.outbox import CHANNEL
from handlers.screens import EDIT_INTERVAL
from sandbox import TelegramSandbox
from sandbox.make_school import SCHOOL
from sandbox.schoolmaker.large_school import write_large_school
from scheduler.ledger import Scheduler
from scheduler.table import JOBS
from services.clock import Clock
from services.importing.service import ImportService
from services.notifications.limiter import Limiter

MONDAY_10_17 = datetime(2026, 9, 14, 10, 17, tzinfo=ZONE)
MAY_10_17 = datetime(2027, 5, 24, 10, 17, tzinfo=ZONE)
"""A Monday in the last week of lessons."""
COPIES = 4
"""Of the demo school, for a school of more than a thousand pupils."""
TOKEN = "1000000:demo"  # noqa: S105 - the sandbox's own
USERNAME = "zvonok_demo_bot"


async def story_school(db: Database, clock: Clock) -> None:
    """300 pupils; the journal of the days before is kept."""
    await _import(db, clock, SCHOOL)
    await keep_past_days(db, clock)


async def school_with_a_year(db: Database, clock: Clock) -> None:
    """1,200 pupils, and the journal of the year so far: 400,000 marks by the end of May."""
    with tempfile.TemporaryDirectory(prefix="zvonok-school-") as folder:
        write_large_school(Path(folder), COPIES)
        await _import(db, clock, Path(folder))
    async with db.transaction() as session:
        year = (await session.scalars(select(SchoolYear))).one()
        await sample_year.fill(session, year.school_id, year.starts_on, year.ends_on, until=clock.now())


async def _import(db: Database, clock: Clock, path: Path) -> None:
    imported = await ImportService(db, clock).import_file(path)
    assert imported.ok, imported.errors


@asynccontextmanager
async def demo(
    *,
    port: int = 0,
    clock: Clock | None = None,
    prepare: Callable[[Database, Clock], Awaitable[None]] = story_school,
    new_limiter: Callable[[], Limiter] = Limiter,
    edit_interval: float = EDIT_INTERVAL,
) -> AsyncIterator[tuple[TelegramSandbox, Application]]:
    """A running demo; its page is at `sandbox.base_url`. Without a `clock` it begins on Monday at 10:17.
    `prepare` puts a school with the people of the story into an empty database; `new_limiter`
    and `edit_interval` are the application's.

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
        await prepare(db, clock)
        sandbox.people = await bring_in(db, clock)
        for person in sandbox.people:
            if not person.start_code:
                await sandbox.phone(person.user_id, first_name=person.name).say("/start")
        for account in await bring_in_families(db, clock):
            sandbox.phone(account).chat.started = True
        sandbox.tour = list(TOUR)
        sandbox.turn_clock = partial(turn_clock, db, clock)
        app = await stack.enter_async_context(
            application(settings, db, clock, new_limiter=new_limiter, edit_interval=edit_interval)
        )
        yield sandbox, app


async def turn_clock(db: Database, clock: Clock, to: datetime) -> None:
    """Let the school live until `to` (aware); what is due then happens at once. Time never runs back."""
    now = clock.now()
    if to <= now:
        return
    await keep_days(db, now, to)
    clock.turn(to)
    await Scheduler(db, clock, JOBS).sweep()
    async with db.transaction() as session:
        await session.execute(select(func.pg_notify(CHANNEL, "")))
