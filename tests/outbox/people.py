"""What the outbox tests share: a messenger that does as it is told, kinds that say what they are given."""

# ruff: noqa: ASYNC110 - what is waited for happens in the database, which sets no event of ours.

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import OutboxState
from db.listening import OUTAGE, Duties
from db.models import Binding, OutboxMessage
from db.queries.outbox import CHANNEL
from services.notifications import outbox
from services.notifications.blocked import GuardianBlockedKind
from services.notifications.delivery import Sender
from services.notifications.limiter import Limiter
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import (
    Address,
    Delivered,
    DueMessage,
    Later,
    Outcome,
    Ready,
    Skip,
)
from services.watching import Outcomes
from tests.processes import PATIENCE
from tests.world import FakeClock, World, new_school


@dataclass(frozen=True)
class Sent:
    chat_id: int
    text: Any
    external_ref: int | None
    repeat: bool


class FakeMessenger:
    """Delivers, unless `outcomes` of a chat say otherwise; `gate` holds every message on its way."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.outcomes: defaultdict[int, deque[Outcome]] = defaultdict(deque)
        self.gate = asyncio.Event()
        self.gate.set()
        self.travelling: list[int] = []
        self.most_in_one_chat = 0

    async def deliver(
        self, address: Address, kind: str, view: object, *, external_ref: int | None, repeat: bool
    ) -> Outcome:
        self.travelling.append(address.chat_id)
        self.most_in_one_chat = max(self.most_in_one_chat, self.travelling.count(address.chat_id))
        self.sent.append(Sent(address.chat_id, view, external_ref, repeat))
        number = len(self.sent)
        await self.gate.wait()
        self.travelling.remove(address.chat_id)
        told = self.outcomes[address.chat_id]
        return told.popleft() if told else Delivered(external_ref or number)

    def texts(self) -> list[Any]:
        return [sent.text for sent in self.sent]


@dataclass
class Says:
    """A kind whose view is the payload's text; `answers` of a text replace it."""

    name: str
    repeat_when_unknown: bool
    answers: dict[str, Callable[[], Ready | Later | Skip]] = field(default_factory=dict)

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        text = message.payload["text"]
        return self.answers[text]() if text in self.answers else Ready(text)


@dataclass
class Post:
    """A school's outbox, with short words for what the tests do to it."""

    db: Database
    clock: FakeClock
    world: World
    alerts: Says = field(default_factory=lambda: Says("alert", repeat_when_unknown=True))
    digests: Says = field(default_factory=lambda: Says("digest", repeat_when_unknown=False))
    messenger: FakeMessenger = field(default_factory=FakeMessenger)
    outcomes: Outcomes = field(default_factory=Counter)

    async def binding(self, name: str = "Иванова Мария") -> Binding:
        person_id = await self.world.person(name)
        return await self.binding_of(person_id)

    async def binding_of(self, person_id: int) -> Binding:
        await self.world.account_of(person_id)
        found = await self.world.session.scalars(select(Binding).where(Binding.person_id == person_id))
        return found.one()

    def alert(self, to: Binding, text: str, *, key: str = "", **when: Any) -> NewMessage:
        return self._new("alert", Priority.ALERT, to, text, key, **when)

    def digest(self, to: Binding, text: str, *, key: str = "", **when: Any) -> NewMessage:
        return self._new("digest", Priority.DIGEST, to, text, key, **when)

    def _new(
        self,
        kind: str,
        priority: Priority,
        to: Binding,
        text: str,
        key: str,
        *,
        in_minutes: float = 0,
        expires_at: datetime | None = None,
    ) -> NewMessage:
        return NewMessage(
            school_id=to.school_id,
            binding_id=to.id,
            kind=kind,
            payload={"text": text},
            dedup_key=key or text,
            priority=priority,
            not_before=self.clock.now() + timedelta(minutes=in_minutes),
            expires_at=expires_at,
        )

    async def post(self, *messages: NewMessage) -> None:
        async with self.db.transaction() as session:
            await outbox.post(session, messages)

    async def row(self, key: str) -> OutboxMessage:
        async with self.db.transaction() as session:
            return (await session.scalars(select(OutboxMessage).where(OutboxMessage.dedup_key == key))).one()

    async def rests_as(self, key: str, *states: OutboxState) -> OutboxMessage:
        """Wait until the message is in one of these states."""
        async with asyncio.timeout(PATIENCE):
            while True:
                # A connection that a test has ended hears of it only when it is used.
                with suppress(*OUTAGE):
                    if (row := await self.row(key)).state in states:
                        return row
                await asyncio.sleep(0.01)

    async def was_tried(self, key: str, attempts: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while (await self.row(key)).attempts < attempts:
                await asyncio.sleep(0.01)

    async def has_sent(self, *texts: Any) -> None:
        """Wait until the messenger was given so many messages, and they are these."""
        async with asyncio.timeout(PATIENCE):
            while len(self.messenger.sent) < len(texts):
                await asyncio.sleep(0.01)
        assert self.messenger.texts() == list(texts)

    def sender(self, duties: Duties, *, per_second: float = 1000, chat_interval: float = 0.01) -> Sender:
        kinds = (self.alerts, self.digests, GuardianBlockedKind())
        limiter = Limiter(per_second, chat_interval)
        return Sender(
            self.db,
            self.clock,
            self.messenger,
            limiter,
            kinds,
            school_id=self.world.school_id,
            duties=duties,
            lock=4242,
            outcomes=self.outcomes,
        )

    @asynccontextmanager
    async def duties(self) -> AsyncIterator[Duties]:
        """Of one process."""
        duties = Duties(self.db.url, [CHANNEL])
        task = asyncio.create_task(duties.run())
        try:
            yield duties
        finally:
            task.cancel()
            await asyncio.wait([task])

    @asynccontextmanager
    async def sending(self, **limits: float) -> AsyncIterator[Sender]:
        async with self.duties() as duties:
            sender = self.sender(duties, **limits)
            task = asyncio.create_task(sender.run())
            try:
                yield sender
            finally:
                task.cancel()
                await asyncio.wait([task])


async def a_post(db: Database, clock: FakeClock) -> Post:
    async with db.transaction() as session:
        return Post(db, clock, await new_school(session))


async def bound(post: Post, *names: str) -> Sequence[Binding]:
    """People of the school with an account each, committed."""
    async with post.db.transaction() as session:
        post.world.session = session
        return [await post.binding(name) for name in names]
