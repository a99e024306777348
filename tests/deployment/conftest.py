"""A deployment as an example of docs/deploy describes it, on this machine: its database, its processes, and a
Telegram that posts to them through a balancer."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession
from sqlalchemy import URL, ColumnElement, func, make_url, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.postgres import THROWAWAY, EmbeddedPostgres
from db.engine import Database
from db.enums import InboxState
from db.migrate import upgrade
from db.models import InboxUpdate
from db.wall import raise_wall
from sandbox import Phone, TelegramSandbox
from services.clock import Clock
from tests.deployment.examples import Service, composed, role_and_database
from tests.deployment.process import Zvonok
from tests.processes import PATIENCE, Balancer, free_port, until
from tests.world import MOSCOW, Story, moment

SECRET = "only-Telegram-and-we-know"


@dataclass(slots=True)
class Running:
    """A service of the example at work."""

    service: Service
    listen: int
    health: int
    process: Zvonok


@dataclass(slots=True)
class Deployment:
    url: str
    db: Database
    clock: Clock
    telegram: TelegramSandbox
    balancer: Balancer
    folder: Path
    services: list[Service]
    own: dict[str, str] = field(default_factory=dict)
    """Settings that the example leaves to whoever uses it."""
    running: dict[str, Running] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    # --- Processes ------------------------------------------------------------------------------------

    async def start(self, service: Service) -> Running:
        """As the example says; only addresses, secrets and folders are those of this machine."""
        listen = self.ports[service.name]
        health = free_port()
        process = self._process(
            service,
            service.arguments,
            service.name,
            ZVONOK_LISTEN=f"127.0.0.1:{listen}",
            ZVONOK_HEALTH_LISTEN=f"127.0.0.1:{health}",
        )
        self.running[service.name] = running = Running(service, listen, health, process)
        async with asyncio.timeout(PATIENCE):
            await process.ready()
        await until(lambda: self._answers(running, "ready"), f"{service.name} is ready")
        return running

    async def start_all(self) -> None:
        await asyncio.gather(*(self.start(service) for service in self.services))

    async def restart(self, name: str) -> int | None:
        """As a rolling restart does it: the exit code of the process that ended in time."""
        running = self.running[name]
        running.process.terminate()
        async with asyncio.timeout(running.service.patience):
            code = await running.process.ended()
        await self.start(running.service)
        return code

    async def command(self, *arguments: str, typed: str = "") -> int | None:
        """Another command beside them, with their settings."""
        return await self._process(self.services[0], arguments, "command", typed=typed).ended()

    async def at_work(self, part: str) -> list[str]:
        """Names of the processes that have this duty; others stand by, or are not there."""
        told = {name: await self._health(running, "health") for name, running in self.running.items()}
        return [name for name, (_, body) in told.items() if body.get("parts", {}).get(part) == "working"]

    def printed(self) -> str:
        """All logs."""
        return "".join(log.read_text() for log in sorted(self.folder.glob("*/log")))

    def stop(self) -> None:
        for running in self.running.values():
            running.process.kill()

    def _process(
        self, service: Service, arguments: Sequence[str], name: str, typed: str = "", **addresses: str
    ) -> Zvonok:
        folder = self.folder / name
        handed = folder / "secrets"
        handed.mkdir(parents=True, exist_ok=True)
        example = service.environment | service.env_file
        ours = addresses | {
            "ZVONOK_DATABASE_URL": self.url,
            "ZVONOK_WEBHOOK_SECRET": SECRET,
            "ZVONOK_WEBHOOK_URL": self.balancer.url,
            "ZVONOK_DATA_DIR": str(self.folder / "data"),
            "ZVONOK_BACKUP_DIR": str(self.folder / "backups"),
            "CREDENTIALS_DIRECTORY": str(handed),
        }
        # What the example does not name is left out; compose.yaml's `${…}` stands for what is in its .env.
        named = {*example, *service.secrets}
        values = {name: value for name, value in example.items() if "${" not in value}
        values |= {name: value for name, value in ours.items() if name in named} | self.own
        for secret in values.keys() & set(service.secrets):
            (handed / secret).write_text(values.pop(secret))
        in_file = [f"{name}={values.pop(name)}\n" for name in service.env_file]
        (folder / ".env").write_text("".join(in_file))
        telegram = {"ZVONOK_BOT_API_URL": self.telegram.base_url}
        time = {"ZVONOK_CLOCK": self.clock.now().isoformat()}
        return Zvonok(arguments, values | telegram | time, folder, typed)

    async def _answers(self, running: Running, page: str) -> bool:
        status, _ = await self._health(running, page)
        return status == 200

    async def _health(self, running: Running, page: str) -> tuple[int, dict[str, Any]]:
        try:
            async with (
                ClientSession() as session,
                session.get(f"http://127.0.0.1:{running.health}/{page}") as response,
            ):
                return response.status, await response.json()
        except ClientError:
            return 0, {}

    # --- What came of it ------------------------------------------------------------------------------

    def phone(self, people: Story, person_id: int, bot_number: int = 0) -> Phone:
        """Of somebody who has opened their school's bot."""
        bot = list(self.telegram.state.bots.values())[bot_number]
        phone = self.telegram.phone(people.world.accounts[person_id].external_user_id, bot=bot)
        phone.chat.started = True
        return phone

    async def count(self, *conditions: ColumnElement[bool]) -> int:
        async with self.db.statement() as session:
            return await session.scalar(select(func.count()).where(*conditions)) or 0

    async def settled(self) -> None:
        """Telegram has nothing more for the bots, and every update that they took is handled."""

        async def nothing_left() -> bool:
            pending = any(bot.queue.pending for bot in self.telegram.state.bots.values())
            return not pending and not await self.count(InboxUpdate.state == InboxState.NEW)

        await until(nothing_left, "all updates are handled")
        assert not await self.count(InboxUpdate.state == InboxState.FAILED)

    def answers(self) -> tuple[int, int]:
        """To taps: how many were given, and how many Telegram refused."""
        calls = [call for call in self.telegram.calls if call.method.lower() == "answercallbackquery"]
        return len(calls), sum(not call.ok for call in calls)


@asynccontextmanager
async def own_server() -> AsyncIterator[URL]:
    """A server on which database.sql was run by its administrator. Gives what the bot's login is to use."""
    folder = Path(tempfile.mkdtemp(prefix="zvonok-tests-"))
    statements, login = role_and_database()
    user, _, database = login.partition("@")
    try:
        async with EmbeddedPostgres(folder, settings=THROWAWAY) as administrators:
            url = make_url(administrators)
            rules = Path(str(url.query["host"])) / "pg_hba.conf"
            rules.write_text(f"{rules.read_text()}local all {user} trust\n")
            engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
            async with engine.connect() as connection:
                for statement in [*statements, "select pg_reload_conf()"]:
                    await connection.execute(text(statement))
            await engine.dispose()
            yield url.set(username=user, database=database)
    finally:
        shutil.rmtree(folder)


@pytest.fixture
async def deployment(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Deployment]:
    """Nothing of it has been started. Of compose.yaml, unless a test wants another example."""
    services: list[Service] = getattr(request, "param", composed)()
    async with AsyncExitStack() as stack:
        url = (await stack.enter_async_context(own_server())).render_as_string(hide_password=False)
        await upgrade(url)
        assert await raise_wall(url)
        db = Database(url)
        stack.push_async_callback(db.close)
        clock = Clock(moment("10:17"))
        telegram = TelegramSandbox(clock=lambda: clock.now().astimezone(MOSCOW), webhook_retry_seconds=0.1)
        await telegram.start()
        stack.push_async_callback(telegram.stop)
        ports = {service.name: free_port() for service in services}
        balancer = Balancer([port for name, port in ports.items() if "intake" in name])
        await stack.enter_async_context(balancer.running())
        for folder in ("data", "backups"):
            (tmp_path / folder).mkdir()
        deployment = Deployment(url, db, clock, telegram, balancer, tmp_path, services, ports=ports)
        stack.callback(lambda: sys.stdout.write(deployment.printed()))
        stack.callback(deployment.stop)
        yield deployment
