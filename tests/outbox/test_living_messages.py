"""A state machine over the outbox: in whatever order posts, blocks, losses, kills, jumps of the clock,
back-ups and troubles of the database come, every message ends as its newest revision or says why
not, and what may have been sent twice is counted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Channel, OutboxState
from db.models import Binding, InboxUpdate, OutboxMessage
from db.queries import inbox, restoring
from services.notifications import outbox
from services.notifications.departures import LEASE, MAX_ATTEMPTS, Departure, Departures
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import (
    Blocked,
    Delivered,
    DueMessage,
    Outcome,
    Ready,
    Refused,
    RetryAfter,
    SkipReason,
    TryLater,
    Unknown,
    Unreachable,
)
from tests.outbox.trouble import Trouble, TroubledDatabase
from tests.world import FakeClock, moment, new_school

T = TypeVar("T")

MOTHER, FATHER = "Иванова Мария", "Иванов Олег"
ALERT, DIGEST = "alert", "digest"
"""The first is repeated once when no answer came, the second is not."""
READERS = {"alert:1": MOTHER, "digest:1": MOTHER, "alert:2": FATHER}
TURNED_AWAY: Sequence[Outcome] = (
    RetryAfter(90, whole_token=False),
    RetryAfter(90, whole_token=True),
    TryLater("TelegramServerError"),
    Unreachable(),
    Refused("group chat was upgraded to a supergroup chat"),
)
AT_REST = set(OutboxState) - {OutboxState.QUEUED, OutboxState.CLAIMED}
WAITING = {OutboxState.QUEUED, OutboxState.CLAIMED, OutboxState.BLOCKED}
LEGAL_STEPS = {
    OutboxState.QUEUED: {
        *(OutboxState.CLAIMED, OutboxState.SKIPPED, OutboxState.BLOCKED),
        OutboxState.FAILED,  # it could not be prepared
    },
    OutboxState.CLAIMED: {OutboxState.QUEUED, *AT_REST} - {OutboxState.SKIPPED},
}


@dataclass(frozen=True)
class School:
    """Committed, and the loop that its database belongs to."""

    runner: asyncio.Runner
    db: TroubledDatabase
    school_id: int
    binding_ids: Mapping[str, int]
    chat_ids: Mapping[str, int]


@dataclass
class Person:
    blocks: bool = False
    """Or the account is gone: Telegram says the same."""
    known_to_block: bool = False


@dataclass
class Message:
    """What we must know of a message, and what its reader sees."""

    posted: int = 0
    """The number of its newest post."""
    expires_at: datetime | None = None
    reference: int | None = None
    arrived: int = 0
    """The post of which we know that it stands in the chat."""
    unanswered: int = 0
    unanswered_since_post: int = 0
    edits_lost_since_post: int = 0
    failures: int = 0
    """Edits without an answer and refusals since it last arrived."""
    restored: bool = False
    """It waited in a back-up that was restored, and nobody has posted it since."""
    shown: int = 0
    """The post that stands in the chat; 0: none."""
    overwritten: bool = False
    """By something of which nobody knows: a late request, or what came after a back-up."""

    def may_rest_as(self, row: OutboxMessage, reader: Person, latest: datetime) -> bool:
        expired = self.expires_at is not None and self.expires_at <= latest
        match row.state:
            case OutboxState.SENT:
                return row.external_ref == self.reference and (self.overwritten or self.shown == self.posted)
            case OutboxState.UNKNOWN:
                return self.unanswered > 0 or self.failures >= MAX_ATTEMPTS
            case OutboxState.BLOCKED:
                return reader.known_to_block or expired
            case OutboxState.SKIPPED:
                return self.restored or expired
            case _:
                return self.failures > 0


@dataclass(eq=False)
class Travel:
    """A request on its way, or a claim of which nobody knows."""

    token: UUID
    lease_until: datetime
    key: str
    post: int
    reference: int | None
    """Of the message that it edits; None: it is a new one."""
    departure: Departure | None = None
    outcome: Outcome | None = None
    """Known to its sender, who could not record it yet and goes on trying."""
    settled: bool = False
    """It is recorded, or its claim ran out and somebody has seen to it: it changes nothing any more."""

    @property
    def is_new(self) -> bool:
        return self.reference is None


@dataclass
class Sender:
    travelling: list[Travel] = field(default_factory=list)
    frozen: bool = False


@dataclass(frozen=True)
class Backup:
    rows: list[dict[str, Any]]
    messages: dict[str, Message]
    people: dict[str, Person]


@dataclass
class Says:
    """A kind that fails over the messages of some keys, as one does over what it did not expect."""

    name: str
    repeat_when_unknown: bool
    broken: set[str]
    failed: list[str] = field(default_factory=list)

    async def prepare(self, session: AsyncSession, message: DueMessage, now: datetime) -> Ready:
        if message.payload["key"] in self.broken:
            self.failed.append(message.payload["key"])
            raise ZeroDivisionError
        return Ready(message.payload["text"])


class OutboxMachine(RuleBasedStateMachine):
    def __init__(self, school: School) -> None:
        super().__init__()
        self.school = school
        self.clock = FakeClock(moment("10:00"))
        self.latest = self.clock.now()
        self.outcomes: Counter[tuple[str, OutboxState]] = Counter()
        self.broken: set[str] = set()
        """Messages that cannot be prepared."""
        self.kinds = (
            Says(ALERT, repeat_when_unknown=True, broken=self.broken),
            Says(DIGEST, repeat_when_unknown=False, broken=self.broken),
        )
        self.departures = Departures(
            school.db, self.clock, self.kinds, self.outcomes, school_id=school.school_id
        )
        self.numbers = count(1)
        self.people = {name: Person() for name in (MOTHER, FATHER)}
        self.messages = {key: Message() for key in READERS}
        self.senders = [Sender(), Sender()]
        self.adrift: list[Travel] = []
        """Of senders that are no more."""
        self.backup: Backup | None = None
        self.states: dict[str, OutboxState] = {}
        self.do(self.begin_anew)

    def teardown(self) -> None:
        """At last everything works, and everybody writes to the bot: nothing may be left."""
        for number in range(len(self.senders)):
            self.kill(number, reached=False)
        self.broken.clear()
        self.set_clock(self.latest + LEASE + timedelta(hours=1))
        self.recover(0)
        for name in self.people:
            self.write(name)
        self.everything_is_as_it_should_be()
        self.send_all(0, minutes=0)
        self.everything_is_as_it_should_be()
        assert AT_REST.issuperset(self.states.values())

    async def begin_anew(self, session: AsyncSession) -> None:
        await session.execute(delete(OutboxMessage))
        await session.execute(delete(InboxUpdate))
        await session.execute(update(Binding).values(blocked_at=None))

    def run(self, work: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await work

        return self.school.runner.run(awaited())

    def do(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        async def in_transaction() -> T:
            async with self.school.db.transaction() as session:
                return await work(session)

        return self.run(in_transaction())

    # --- what use cases do

    @rule(
        keys=st.sets(st.sampled_from(list(READERS)), min_size=1),
        in_minutes=st.integers(0, 1),
        lasts_minutes=st.sampled_from([None, None, 2, 60]),
    )
    def post(self, keys: set[str], in_minutes: int, lasts_minutes: int | None) -> None:
        news = [self.news(key, in_minutes, lasts_minutes) for key in sorted(keys)]
        self.do(lambda session: outbox.post(session, news))

    def news(self, key: str, in_minutes: int, lasts_minutes: int | None) -> NewMessage:
        message, now = self.messages[key], self.clock.now()
        message.posted = next(self.numbers)
        message.expires_at = None if lasts_minutes is None else now + timedelta(minutes=lasts_minutes)
        message.unanswered_since_post = message.edits_lost_since_post = 0
        if message.restored:
            message.restored = False
            message.unanswered += message.reference is None
        kind = key.partition(":")[0]
        return NewMessage(
            school_id=self.school.school_id,
            binding_id=self.school.binding_ids[READERS[key]],
            kind=kind,
            payload={"key": key, "text": message.posted},
            dedup_key=key,
            priority=Priority.ALERT if kind == ALERT else Priority.DIGEST,
            not_before=now + timedelta(minutes=in_minutes),
            expires_at=message.expires_at,
        )

    # --- what senders do

    @precondition(lambda self: OutboxState.QUEUED in self.states.values())
    @rule(number=st.integers(0, 1), minutes=st.integers(0, 2))
    def depart(self, number: int, minutes: int) -> None:
        """The lock of the duty lets one send. But a frozen one thaws beside its successor, and may claim."""
        self.time_passes(minutes)
        if not self.senders[number].frozen:
            self.depart_next(self.senders[number])

    @precondition(lambda self: OutboxState.QUEUED in self.states.values())
    @rule(number=st.integers(0, 1), minutes=st.integers(0, 2))
    def send_all(self, number: int, minutes: int) -> None:
        self.time_passes(minutes)
        sender = self.senders[number]
        while not sender.frozen and (travel := self.depart_next(sender)):
            self.everything_is_as_it_should_be()
            self.record(travel, self.reach(travel))
            self.everything_is_as_it_should_be()
        if not sender.frozen and not self.underway():
            for key, row in self.rows().items():
                is_due = row.state is OutboxState.QUEUED and row.not_before <= self.clock.now()
                assert not is_due, f"{key} was held up"

    def depart_next(self, sender: Sender) -> Travel | None:
        departure = self.run(self.departures.next(self.busy_chats(sender)))
        self.note_unprepared()
        if departure is None:
            return None
        claimed = departure.message
        travel = self.claimed(departure.token, claimed.payload, claimed.external_ref, departure)
        self.may_depart(travel, departure)
        sender.travelling.append(travel)
        return travel

    def busy_chats(self, sender: Sender) -> set[int]:
        return {self.school.chat_ids[READERS[travel.key]] for travel in sender.travelling}

    def note_unprepared(self) -> None:
        for kind in self.kinds:
            for key in kind.failed:
                self.messages[key].failures += 1
            kind.failed.clear()

    def claimed(
        self, token: UUID, payload: dict[str, Any], reference: int | None, departure: Departure | None = None
    ) -> Travel:
        over_at = self.clock.now() + LEASE
        return Travel(token, over_at, payload["key"], payload["text"], reference, departure)

    @precondition(lambda self: OutboxState.QUEUED in self.states.values())
    @rule(number=st.integers(0, 1), trouble=st.sampled_from(Trouble))
    def depart_in_trouble(self, number: int, trouble: Trouble) -> None:
        """What was claimed without anybody knowing is settled when its claim runs out."""
        sender = self.senders[number]
        if sender.frozen:
            return
        before = self.rows()
        self.fail(trouble, self.departures.next(self.busy_chats(sender)))
        if trouble is Trouble.UNHEARD:
            self.note_unprepared()
        for kind in self.kinds:
            kind.failed.clear()
        for key, row in self.rows().items():
            if row.claim_token not in (None, before[key].claim_token):
                assert trouble is Trouble.UNHEARD
                self.adrift.append(self.claimed(row.claim_token, row.payload, row.external_ref))

    def fail(self, trouble: Trouble, work: Awaitable[object]) -> None:
        async def failing() -> None:
            async with self.school.db.in_trouble(trouble):
                await work

        before = self.everything_known()
        self.run(failing())
        assert trouble is Trouble.UNHEARD or self.everything_known() == before

    def everything_known(self) -> object:
        async def read(session: AsyncSession) -> list[dict[str, Any]]:
            tables = OutboxMessage.__table__, Binding.__table__
            return [
                dict(row) for table in tables for row in (await session.execute(select(table))).mappings()
            ]

        return self.do(read)

    def may_depart(self, travel: Travel, departure: Departure) -> None:
        message, claimed = self.messages[travel.key], departure.message
        assert travel.post == message.posted
        assert message.expires_at is None or message.expires_at > self.clock.now()
        assert not self.people[READERS[travel.key]].known_to_block
        assert all(other.settled for other in self.underway() if other.key == travel.key)
        assert claimed.external_ref == message.reference
        assert departure.repeat == (travel.is_new and message.unanswered > 0)
        if travel.is_new:
            assert departure.repeat or not message.shown
            assert message.unanswered_since_post <= (claimed.kind == ALERT)
        # It ends: nothing is tried for ever.
        assert message.edits_lost_since_post <= MAX_ATTEMPTS

    @precondition(lambda self: bool(self.states))
    @rule(key=st.sampled_from(list(READERS)))
    def break_or_mend(self, key: str) -> None:
        """From now on it cannot be prepared, or can again; it holds nothing else up."""
        self.broken ^= {key}

    def underway(self) -> list[Travel]:
        return [travel for sender in self.senders for travel in sender.travelling] + self.adrift

    def travelling(self) -> list[Travel]:
        return [travel for one in self.senders if not one.frozen for travel in one.travelling]

    def is_something_answered(self) -> bool:
        return any(travel.outcome is None for travel in self.travelling())

    def one_travelling(self, data: st.DataObject) -> Travel:
        return data.draw(st.sampled_from([one for one in self.travelling() if one.outcome is None]))

    def reach(self, travel: Travel) -> Outcome:
        """Telegram gets the request."""
        if self.people[READERS[travel.key]].blocks:
            return Blocked()
        message = self.messages[travel.key]
        message.shown = max(message.shown, travel.post)
        message.overwritten = travel.settled
        return Delivered(travel.reference or travel.post)

    @precondition(is_something_answered)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        travel = self.one_travelling(data)
        self.record(travel, self.reach(travel))

    @precondition(is_something_answered)
    @rule(data=st.data(), reached=st.booleans())
    def lose_the_reply(self, data: st.DataObject, reached: bool) -> None:
        travel = self.one_travelling(data)
        if reached:
            self.reach(travel)
        self.record(travel, Unknown())

    @precondition(lambda self: OutboxState.QUEUED in self.states.values())
    @rule(number=st.integers(0, 1))
    def lose_every_reply(self, number: int) -> None:
        """Until everything that this sender may send has been given up."""
        sender = self.senders[number]
        while not sender.frozen and (travel := self.depart_next(sender)):
            self.everything_is_as_it_should_be()
            self.record(travel, Unknown())
            self.everything_is_as_it_should_be()
            self.time_passes(1)

    @precondition(is_something_answered)
    @rule(data=st.data(), outcome=st.sampled_from(TURNED_AWAY))
    def turn_away(self, data: st.DataObject, outcome: Outcome) -> None:
        self.record(self.one_travelling(data), outcome)

    @precondition(lambda self: bool(self.travelling()))
    @rule(
        data=st.data(),
        outcome=st.sampled_from([None, Unknown(), *TURNED_AWAY]),
        trouble=st.sampled_from(Trouble),
    )
    def record_in_trouble(self, data: st.DataObject, outcome: Outcome | None, trouble: Trouble) -> None:
        """It arrives for None. Its sender goes on trying to record what it knows."""
        travel = data.draw(st.sampled_from(self.travelling()))
        if travel.outcome is None:
            travel.outcome = outcome or self.reach(travel)
        before = self.knowledge()
        self.fail(trouble, self.recording(travel, travel.outcome))
        if trouble is Trouble.UNHEARD:
            self.note(travel, travel.outcome, before)
            travel.settled = True

    @precondition(lambda self: any(travel.outcome for travel in self.travelling()))
    @rule()
    def record_at_last(self) -> None:
        for travel in self.travelling():
            if travel.outcome is not None:
                self.record(travel, travel.outcome)

    def recording(self, travel: Travel, outcome: Outcome) -> Awaitable[None]:
        assert travel.departure is not None
        return self.departures.record(travel.departure, outcome)

    def record(self, travel: Travel, outcome: Outcome) -> None:
        for sender in self.senders:
            if travel in sender.travelling:
                sender.travelling.remove(travel)
        before = self.knowledge()
        self.run(self.recording(travel, outcome))
        self.note(travel, outcome, before)

    def note(self, travel: Travel, outcome: Outcome, before: object) -> None:
        """It is recorded; `before`: what was known."""
        if isinstance(outcome, Blocked):
            self.people[READERS[travel.key]].known_to_block = True
        if travel.settled:
            assert self.knowledge() == before
            return
        message = self.messages[travel.key]
        match outcome:
            case Delivered(external_ref=reference):
                message.reference, message.arrived, message.failures = reference, travel.post, 0
            case Unknown():
                self.note_silence(travel)
            case Refused() | TryLater():
                message.failures += 1

    def note_silence(self, travel: Travel) -> None:
        message = self.messages[travel.key]
        message.unanswered += travel.is_new
        message.unanswered_since_post += travel.is_new and travel.post == message.posted
        message.edits_lost_since_post += not travel.is_new and travel.post == message.posted
        message.failures += not travel.is_new

    def knowledge(self) -> dict[str, tuple[int, int, int | None, object]]:
        return {
            key: (row.sent_revision, row.unanswered, row.external_ref, row.claim_token)
            for key, row in self.rows().items()
        }

    # --- what happens to senders

    @precondition(lambda self: self.senders != [Sender(), Sender()])
    @rule(number=st.integers(0, 1), reached=st.booleans())
    def kill(self, number: int, reached: bool) -> None:
        """In mid-request; another one is started in its place."""
        killed, self.senders[number] = self.senders[number], Sender()
        for travel in killed.travelling:
            if reached and not killed.frozen and travel.outcome is None:
                self.reach(travel)
        self.adrift += killed.travelling

    @precondition(is_something_answered)
    @rule(beyond_the_lease=st.booleans())
    def freeze(self, beyond_the_lease: bool) -> None:
        """One that has something on its way, which is answered, if at all, when it thaws."""
        number = next(i for i, one in enumerate(self.senders) if one.travelling and not one.frozen)
        self.senders[number].frozen = True
        if beyond_the_lease:
            self.set_clock(self.clock.at + LEASE)
            self.recover(1 - number)

    @precondition(lambda self: any(sender.frozen for sender in self.senders))
    @rule()
    def thaw(self) -> None:
        for sender in self.senders:
            sender.frozen = False

    @precondition(lambda self: bool(self.underway()))
    @rule(number=st.integers(0, 1))
    def recover(self, number: int) -> None:
        if not self.senders[number].frozen:
            self.run(self.recovering(self.senders[number]))
            self.note_recovered(self.senders[number])

    @precondition(lambda self: bool(self.underway()))
    @rule(number=st.integers(0, 1), trouble=st.sampled_from(Trouble))
    def recover_in_trouble(self, number: int, trouble: Trouble) -> None:
        if not self.senders[number].frozen:
            self.fail(trouble, self.recovering(self.senders[number]))
            if trouble is Trouble.UNHEARD:
                self.note_recovered(self.senders[number])

    def recovering(self, sender: Sender) -> Awaitable[None]:
        return self.departures.recover([travel.token for travel in sender.travelling])

    def note_recovered(self, sender: Sender) -> None:
        now = self.clock.now()
        for travel in self.underway():
            over = travel.lease_until <= now or travel.lease_until > now + 2 * LEASE
            if over and not travel.settled and travel not in sender.travelling:
                travel.settled = True
                self.note_silence(travel)

    def time_passes(self, minutes: int) -> None:
        self.set_clock(self.clock.at + timedelta(minutes=minutes))

    @precondition(lambda self: self.states)
    @rule(jump=st.sampled_from([timedelta(hours=1), timedelta(days=1)]), back=st.booleans())
    def clock_jumps(self, jump: timedelta, back: bool) -> None:
        self.set_clock(self.clock.at - jump if back else self.clock.at + jump)

    def set_clock(self, now: datetime) -> None:
        self.clock.at = now
        self.latest = max(self.latest, now)

    # --- what people do

    @precondition(lambda self: not AT_REST.issuperset(self.states.values()))
    @rule(name=st.sampled_from([MOTHER, FATHER]))
    def block_or_unblock(self, name: str) -> None:
        self.people[name].blocks ^= True

    @precondition(lambda self: any(person != Person() for person in self.people.values()))
    @rule(name=st.sampled_from([MOTHER, FATHER]))
    def write(self, name: str) -> None:
        """Nobody writes to a bot that they block."""
        self.people[name] = Person()
        number = next(self.numbers)
        written = {
            "bot_id": 1,
            "school_id": self.school.school_id,
            "external_id": number,
            "chat_id": self.school.chat_ids[name],
            "payload": {"update_id": number},
            "held": False,
        }
        self.do(lambda session: inbox.store(session, Channel.TELEGRAM, [written], self.clock.now()))

    # --- back-ups

    @precondition(lambda self: not AT_REST.issuperset(self.states.values()))
    @rule()
    def back_up(self) -> None:
        async def take(session: AsyncSession) -> Backup:
            rows = await session.execute(select(OutboxMessage.__table__))
            kept = [dict(row) for row in rows.mappings()]
            return Backup(kept, deepcopy(self.messages), deepcopy(self.people))

        self.backup = self.do(take)

    @precondition(lambda self: self.backup is not None)
    @rule()
    def restore(self) -> None:
        """Nobody uses the database then: all senders have ended."""
        assert self.backup is not None
        backup, self.backup = self.backup, None
        self.senders, self.adrift = [Sender(), Sender()], []
        self.run(self.replay(backup))
        blocking = {name: person.blocks for name, person in self.people.items()}
        seen = self.messages
        self.people, self.messages = backup.people, backup.messages
        for name, person in self.people.items():
            person.blocks = blocking[name]
        waited = {row["dedup_key"] for row in backup.rows if row["state"] in WAITING}
        for key, message in self.messages.items():
            message.restored |= key in waited
            message.overwritten |= seen[key].shown != message.shown
        self.states = {key: row.state for key, row in self.rows().items()}

    async def replay(self, backup: Backup) -> None:
        async with self.school.db.transaction() as session:
            await session.execute(delete(OutboxMessage))
            if backup.rows:
                await session.execute(insert(OutboxMessage), backup.rows)
            for name, person in backup.people.items():
                blocked_at = self.clock.now() if person.known_to_block else None
                its = Binding.id == self.school.binding_ids[name]
                await session.execute(update(Binding).where(its).values(blocked_at=blocked_at))
        async with self.school.db.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.execute(f"begin; {restoring.settling(self.clock.now(), [])}")

    # --- what must always be so

    @invariant()
    def everything_is_as_it_should_be(self) -> None:
        rows = self.rows()
        assert rows.keys() == {key for key, message in self.messages.items() if message.posted}
        tokens = {travel.token: travel for travel in self.underway() if not travel.settled}
        for key, row in rows.items():
            message = self.messages[key]
            before = self.states.get(key, OutboxState.QUEUED)
            assert row.state == before or row.state in LEGAL_STEPS.get(before, {OutboxState.QUEUED})
            assert row.payload["text"] == message.posted
            assert row.unanswered == message.unanswered
            assert message.restored == (row.reason == SkipReason.RESTORED)
            assert (row.state is OutboxState.CLAIMED) == (row.claim_token in tokens)
            match row.state:
                case OutboxState.QUEUED | OutboxState.CLAIMED:
                    assert row.reason is None
                    assert message.posted > message.arrived
                case _:
                    assert message.may_rest_as(row, self.people[READERS[key]], self.latest)
        self.states = {key: row.state for key, row in rows.items()}

    def rows(self) -> dict[str, OutboxMessage]:
        async def read(session: AsyncSession) -> dict[str, OutboxMessage]:
            return {row.dedup_key: row for row in await session.scalars(select(OutboxMessage))}

        return self.do(read)


async def a_school(db: Database) -> tuple[int, Mapping[str, int], Mapping[str, int]]:
    async with db.transaction() as session:
        world = await new_school(session)
        bindings = {}
        for name in (MOTHER, FATHER):
            person_id = await world.person(name)
            await world.account_of(person_id)
            bindings[name] = (
                await session.scalars(select(Binding).where(Binding.person_id == person_id))
            ).one()
        return (
            world.school_id,
            {name: binding.id for name, binding in bindings.items()},
            {name: binding.chat_id for name, binding in bindings.items()},
        )


def try_everything(url: str, how_long: settings) -> None:
    with asyncio.Runner() as runner:
        db = TroubledDatabase(url)
        school = School(runner, db, *runner.run(a_school(db)))

        class Machine(OutboxMachine):
            def __init__(self) -> None:
                super().__init__(school)

        run_state_machine_as_test(Machine, settings=how_long)
        runner.run(db.close())


async def test_whatever_happens_every_message_ends_as_its_newest_revision(
    committed_db: Database, long: bool
) -> None:
    how_long = settings(
        max_examples=250 if long else 40,
        stateful_step_count=50 if long else 40,
        derandomize=not long,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(try_everything, committed_db.url, how_long)
