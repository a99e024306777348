"""Several intakes behind a balancer and several workers, each a process that may die at any moment."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app import Part
from bot.config import Address, Settings
from sandbox import TelegramSandbox
from sandbox.args import Args
from sandbox.state import BotAccount
from services.clock import Clock
from tests.faults.process import BotProcess
from tests.processes import Balancer, free_port

SECRET = "only-telegram-knows"


@dataclass(frozen=True)
class Delivered:
    """A new message that reached a chat, in the words it had then."""

    chat_id: int
    text: str


class RememberingSandbox(TelegramSandbox):
    """Knows every new message's first words, whatever they were edited to."""

    def __init__(self, *, clock: Callable[[], datetime], webhook_retry_seconds: float) -> None:
        super().__init__(clock=clock, webhook_retry_seconds=webhook_retry_seconds)
        self.delivered: list[Delivered] = []

    async def call(self, bot: BotAccount, method: str, args: Args) -> Any:
        result = await super().call(bot, method, args)
        if method.lower() == "sendmessage":
            self.delivered.append(Delivered(args.chat_id() or 0, result["text"]))
        return result


@dataclass
class Deployment:
    """`start` makes the processes; each has a name such as «intake 1», and may be killed by it."""

    sandbox: TelegramSandbox
    clock: Clock
    database_url: str
    token: str
    log: Path
    balancer: Balancer = field(init=False)
    processes: dict[str, BotProcess] = field(default_factory=dict)
    _ports: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self._ports = {f"{Part.INTAKE} {number}": free_port() for number in (1, 2)}
        self.balancer = Balancer(list(self._ports.values()))

    @property
    def names(self) -> list[str]:
        return [f"{part} {number}" for part in Part for number in (1, 2)]

    def start(self, *names: str) -> None:
        for name in names:
            settings = Settings.model_construct(
                bot_token=SecretStr(self.token),
                bot_api_url=self.sandbox.base_url,
                database_url=SecretStr(self.database_url),
                data_dir=self.log.parent,
                clock=self.clock.now(),
                webhook_url=self.balancer.url,
                webhook_secret=SecretStr(SECRET),
                listen=Address("127.0.0.1", self._ports.get(name, 0)),
            )
            part = Part(name.split()[0])
            self.processes[name] = BotProcess(settings, self.log, frozenset([part]))

    def kill(self, *names: str) -> None:
        for name in names:
            self.processes.pop(name).kill()

    def revive(self) -> None:
        """Whoever ended by itself, because there was no database when it began, is begun again, as systemd
        does."""
        self.start(*(name for name, process in self.processes.items() if not process.lives))

    async def stop(self, name: str) -> None:
        """As systemd does it."""
        await self.processes.pop(name).stop()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """With a balancer; nothing is left at the end."""
        async with self.balancer.running():
            try:
                yield
            finally:
                self.kill(*self.processes)
