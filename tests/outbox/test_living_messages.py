"""A state machine over the outbox: whatever posts, replies, losses and crashes come in whatever order, every
message ends as its newest revision, and what may have been sent twice is known."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import OutboxState
from db.models import Binding, OutboxMessage
from db.queries import sending
from db.queries.outbox import REPEAT
from db.queries.sending import ClaimedMessage
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from tests.world import moment, new_school

T = TypeVar("T")

REPEATING, ONCE = "alert", "digest"
KEYS = [f"{REPEATING}:1", f"{ONCE}:1"]
LEASE = timedelta(minutes=1)
MAX_ATTEMPTS = 8


@dataclass
class Chat:
    """What a person sees of one message, and what we were told of it."""

    wanted: int = 0
    shown: list[int] = field(default_factory=list)
    """The revisions that new messages and edits showed; their last one is what stands there."""
    new_messages: int = 0
    lost: int = 0
    """New messages of whose arrival we heard nothing."""
    lost_edits: int = 0
    """In a row."""
    known_ref: bool = False


@dataclass(frozen=True)
class Travelling:
    message: ClaimedMessage
    token: UUID
    revision: int


class OutboxMachine(RuleBasedStateMachine):
    url: str
    school_id: int
    binding_ids: dict[str, int]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.db = Database(self.url)
        self.now = self.latest = moment("10:00").astimezone(UTC)
        self.chats = {key: Chat() for key in KEYS}
        self.travelling: dict[str, Travelling] = {}
        self.key_of: dict[int, str] = {}
        self.frozen: list[Travelling] = []
        self.crashed = False

    def teardown(self) -> None:
        """At last the messenger works: everything that may be sent is sent."""
        self.lose_all_that_travels(arrived=False)
        self.now = max(self.now, self.latest) + LEASE + timedelta(hours=1)
        self.recover()
        while self.claim_next():
            for travel in list(self.travelling.values()):
                self.record(travel)
        for key, row in self.rows().items():
            assert row.state in (OutboxState.SENT, OutboxState.UNKNOWN)
            if row.state is OutboxState.UNKNOWN:
                assert row.kind == ONCE or self.chats[key].lost > 1
        self.clear()

    def clear(self) -> None:
        self.do(lambda session: session.execute(delete(OutboxMessage)))
        self.runner.run(self.db.close())
        self.runner.close()

    def do(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        async def in_transaction() -> T:
            async with self.db.transaction() as session:
                return await work(session)

        return self.runner.run(in_transaction())

    # --- what use cases do

    @precondition(lambda self: self.travelling)
    @rule(data=st.data())
    def post_what_is_travelling(self, data: st.DataObject) -> None:
        self.post(self.one_travelling(data).message.payload["key"], 0)

    @rule(key=st.sampled_from(KEYS), minutes=st.integers(0, 1))
    def post(self, key: str, minutes: int) -> None:
        kind = key.partition(":")[0]
        message = NewMessage(
            school_id=self.school_id,
            binding_id=self.binding_ids[key],
            kind=kind,
            payload={"key": key},
            dedup_key=key,
            priority=Priority.ALERT if kind == REPEATING else Priority.DIGEST,
            not_before=self.now + timedelta(minutes=minutes),
        )
        self.do(lambda session: outbox.post(session, [message]))
        self.chats[key].wanted += 1

    # --- what the sender does

    @precondition(lambda self: not self.crashed)
    @rule()
    def claim(self) -> None:
        self.claim_next()

    def claim_next(self) -> bool:
        token = uuid4()
        busy = [travel.message.chat_id for travel in self.travelling.values()]
        message = self.do(
            lambda session: sending.claim(
                session,
                self.school_id,
                now=self.now,
                lease_until=self.now + LEASE,
                token=token,
                priorities=list(Priority),
                busy_chats=busy,
            )
        )
        if message is None:
            return False
        key = message.payload["key"]
        chat = self.chats[key]
        assert (message.external_ref is not None) == chat.known_ref
        may_be_there = message.external_ref is None and chat.lost > 0
        assert (message.reason == REPEAT) == may_be_there
        self.travelling[key] = Travelling(message, token, chat.wanted)
        return True

    def arrive(self, travel: Travelling) -> None:
        chat = self.chats[travel.message.payload["key"]]
        chat.shown.append(travel.revision)
        if travel.message.external_ref is None:
            chat.new_messages += 1

    @precondition(lambda self: self.travelling and not self.crashed)
    @rule(data=st.data())
    def arrive_and_record(self, data: st.DataObject) -> None:
        self.record(self.one_travelling(data))

    def record(self, travel: Travelling) -> None:
        key = travel.message.payload["key"]
        self.travelling.pop(key)
        self.arrive(travel)
        reference = travel.message.external_ref or self.chats[key].new_messages
        self.do(
            lambda session: sending.record_delivered(
                session, travel.message.id, travel.token, external_ref=reference, now=self.now, again_at=None
            )
        )
        self.chats[key].known_ref = True
        self.chats[key].lost_edits = 0

    def note_loss(self, key: str, travel: Travelling) -> None:
        if travel.message.external_ref is None:
            self.chats[key].lost += 1
        else:
            self.chats[key].lost_edits += 1

    @precondition(lambda self: self.travelling and not self.crashed)
    @rule(data=st.data(), arrives=st.booleans())
    def lose_the_reply(self, data: st.DataObject, arrives: bool) -> None:
        travel = self.one_travelling(data)
        key = travel.message.payload["key"]
        self.travelling.pop(key)
        if arrives:
            self.arrive(travel)
        self.note_loss(key, travel)
        self.do(
            lambda session: sending.record_unknown(
                session,
                travel.message.id,
                travel.token,
                repeating_kinds=[REPEATING],
                max_attempts=MAX_ATTEMPTS,
            )
        )

    @precondition(lambda self: self.travelling and not self.crashed)
    @rule(data=st.data())
    def be_told_to_wait(self, data: st.DataObject) -> None:
        travel = self.one_travelling(data)
        self.travelling.pop(travel.message.payload["key"])

        async def wait(session: AsyncSession) -> None:
            await sending.requeue(session, travel.message.id, travel.token, attempts=travel.message.attempts)
            until = self.now + timedelta(minutes=1)
            await sending.put_off_chat(session, travel.message.binding_id, until)

        self.do(wait)

    def one_travelling(self, data: st.DataObject) -> Travelling:
        return self.travelling[data.draw(st.sampled_from(sorted(self.travelling)))]

    # --- what happens to it

    @precondition(lambda self: not self.crashed)
    @rule(arrived=st.booleans())
    def crash(self, arrived: bool) -> None:
        self.lose_all_that_travels(arrived=arrived)
        self.crashed = True

    def lose_all_that_travels(self, *, arrived: bool) -> None:
        for key, travel in self.travelling.items():
            if arrived:
                self.arrive(travel)
            self.note_loss(key, travel)
        self.travelling.clear()

    @precondition(lambda self: self.crashed)
    @rule()
    def start_again(self) -> None:
        self.now += LEASE
        self.recover()
        self.crashed = False

    def recover(self) -> None:
        self.do(
            lambda session: sending.recover(
                session,
                self.school_id,
                now=self.now,
                lease=LEASE,
                own=[travel.token for travel in self.travelling.values()],
                repeating_kinds=[REPEATING],
                max_attempts=MAX_ATTEMPTS,
            )
        )

    @rule(minutes=st.integers(1, 3))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(jump=st.sampled_from([timedelta(hours=1), timedelta(days=1)]), back=st.booleans())
    def clock_jumps(self, jump: timedelta, back: bool) -> None:
        self.latest = max(self.latest, self.now)
        self.now += -jump if back else jump

    @precondition(lambda self: self.travelling and not self.crashed)
    @rule()
    def freeze(self) -> None:
        """Beyond the lease: another sender takes over."""
        self.frozen += self.travelling.values()
        self.lose_all_that_travels(arrived=False)
        self.now += LEASE
        self.recover()

    @precondition(lambda self: self.frozen)
    @rule()
    def thaw(self) -> None:
        """What it had claimed leaves now, beside what the other has sent; of that it may record nothing."""
        before = self.recorded()
        for travel in self.frozen:
            chat = self.chats[travel.message.payload["key"]]
            chat.new_messages += travel.message.external_ref is None
            self.do(partial(self.record_late, travel))
        self.frozen.clear()
        assert self.recorded() == before

    async def record_late(self, travel: Travelling, session: AsyncSession) -> None:
        await sending.record_delivered(
            session, travel.message.id, travel.token, external_ref=-1, now=self.now, again_at=None
        )

    def recorded(self) -> dict[str, tuple[OutboxState, int | None, int]]:
        return {key: (row.state, row.external_ref, row.sent_revision) for key, row in self.rows().items()}

    # --- what must always be so

    @invariant()
    def nothing_is_sent_twice_unless_a_reply_was_lost(self) -> None:
        for chat in self.chats.values():
            assert chat.new_messages <= 1 + chat.lost

    @invariant()
    def nothing_wanted_is_forgotten(self) -> None:
        rows = self.rows()
        for key, chat in self.chats.items():
            if not chat.wanted:
                continue
            row = rows[key]
            assert row.revision == chat.wanted
            if row.state is OutboxState.SENT:
                assert chat.shown[-1] == chat.wanted
            elif row.state is OutboxState.UNKNOWN:
                assert chat.lost > 0 or chat.lost_edits > MAX_ATTEMPTS
            else:
                assert row.state in (OutboxState.QUEUED, OutboxState.CLAIMED)

    def rows(self) -> dict[str, OutboxMessage]:
        async def read() -> dict[str, OutboxMessage]:
            async with self.db.transaction() as session:
                return {row.dedup_key: row for row in await session.scalars(select(OutboxMessage))}

        return self.runner.run(read())


async def people(db: Database) -> tuple[int, dict[str, int]]:
    async with db.transaction() as session:
        world = await new_school(session)
        bindings = {}
        for key in KEYS:
            person_id = await world.person(f"Родитель {key}")
            await world.account_of(person_id)
            found = await session.scalars(select(Binding.id).where(Binding.person_id == person_id))
            bindings[key] = found.one()
        return world.school_id, bindings


async def test_whatever_happens_every_message_ends_as_its_newest_revision(committed_db: Database) -> None:
    school, bindings = await people(committed_db)

    class Machine(OutboxMachine):
        url = committed_db.url
        school_id, binding_ids = school, bindings

    await asyncio.to_thread(
        run_state_machine_as_test,
        Machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
