"""The inbox: kept before it is confirmed, in order within a chat, never lost."""

# ruff: noqa: ASYNC110 - what is waited for happens in the database, which sets no event of ours.

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asyncpg import TooManyConnectionsError
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from bot.intake import MAX_ATTEMPTS, SHARE, SIDE_BY_SIDE, Handler, Intake
from bot.updates import chat_of, storable, without_screen
from db.engine import Database
from db.enums import Channel, InboxState, OutboxState
from db.models import Binding, InboxUpdate, OutboxMessage
from db.queries import queues, sending
from db.queries.inbox import Chat, StoredUpdate
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from tests.losing import lose_all
from tests.world import FakeClock, moment, new_school

PATIENCE = 20.0
"""Seconds after which a test fails."""

MOTHER, FATHER, AUNT = 1, 2, 3
BOT = 40


def message(update_id: int, chat_id: int, said: str = "") -> dict[str, Any]:
    chat = {"id": chat_id, "type": "private"}
    return {"update_id": update_id, "message": {"message_id": update_id, "chat": chat, "text": said}}


class Recorder:
    """A handler that remembers, and fails or waits when told to."""

    def __init__(self) -> None:
        self.handled: list[int] = []
        self.apologies: list[int] = []
        self.errors: dict[int, list[Exception]] = {}
        self.gates: dict[int, asyncio.Event] = {}
        self.begun: set[int] = set()

    async def handle(self, update: StoredUpdate) -> None:
        update_id = update.payload["update_id"]
        self.begun.add(update_id)
        if update_id in self.gates:
            await self.gates[update_id].wait()
        if self.errors.get(update_id):
            raise self.errors[update_id].pop()
        self.handled.append(update_id)

    async def apologise(self, update: StoredUpdate, error: BaseException) -> None:
        self.apologies.append(update.payload["update_id"])


class Bots(list[int]):
    """That a process serves."""

    def __init__(self) -> None:
        super().__init__([BOT])
        self.put_off: set[Chat] = set()
        self.shown = asyncio.Event()
        self.shown.set()

    def unsettled(self) -> set[Chat]:
        return self.put_off

    async def settle(self) -> None:
        await self.shown.wait()


class Postman:
    """A process that receives: its updates go to the handler."""

    def __init__(self, intake: Intake, running: asyncio.Task[None], school_id: int | None) -> None:
        self.intake = intake
        self.school_id = school_id
        self.running = running

    async def receive(self, updates: Sequence[dict[str, Any]]) -> None:
        await self.intake.receive(updates, bot_id=BOT, school_id=self.school_id)

    async def has_room(self) -> None:
        await self.intake.has_room()

    async def stop(self) -> None:
        await self.intake.stop()

    async def die(self) -> None:
        """Its connection ends, nothing is begun or marked any more."""
        tasks = {self.running, *self.intake._tasks}
        if self.intake._marking is not None:
            tasks.add(self.intake._marking)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


class Box:
    def __init__(self, db: Database, clock: FakeClock) -> None:
        self.db = db
        self.clock = clock
        self.handler = Recorder()
        self.school_id: int | None = None
        self.bots = Bots()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Postman]:
        """A process until it is stopped, as it should be."""
        async with self.process(self.handler) as postman:
            yield postman
            await postman.stop()

    @asynccontextmanager
    async def process(self, handler: Handler) -> AsyncIterator[Postman]:
        intake = Intake(self.db, self.clock, handler, self.bots)
        postman = Postman(intake, asyncio.create_task(intake.run()), self.school_id)
        try:
            yield postman
        finally:
            await postman.die()

    async def settled(self) -> dict[int, InboxState]:
        """Wait until every update is handled, or given up."""
        async with asyncio.timeout(PATIENCE):
            while InboxState.NEW in (states := await self.states()).values():
                await asyncio.sleep(0.01)
        return states

    async def states(self) -> dict[int, InboxState]:
        async with self.db.transaction() as session:
            rows = await session.execute(select(InboxUpdate.external_id, InboxUpdate.state))
            return {row.external_id: row.state for row in rows}


async def test_an_update_that_comes_twice_is_handled_once(box: Box) -> None:
    async with box.open() as intake:
        await intake.receive([message(1, MOTHER), message(2, MOTHER)])
        await intake.receive([message(2, MOTHER), message(3, MOTHER)])
        assert await box.settled() == dict.fromkeys([1, 2, 3], InboxState.DONE)
    assert box.handler.handled == [1, 2, 3]


async def test_what_is_said_in_a_group_is_never_kept(box: Box) -> None:
    async with box.open() as intake:
        await intake.receive([message(1, -100123, "личное")])
        await intake.receive([message(2, -100123, "личное"), message(3, MOTHER)])
        assert await box.settled() == {3: InboxState.DONE}


async def test_a_chat_keeps_its_order_and_does_not_wait_for_another(box: Box) -> None:
    box.handler.gates[1] = asyncio.Event()
    async with box.open() as intake:
        await intake.receive([message(1, MOTHER), message(2, MOTHER), message(3, FATHER)])
        async with asyncio.timeout(PATIENCE):
            while box.handler.handled != [3]:
                await asyncio.sleep(0)
        box.handler.gates[1].set()
        await box.settled()
    assert box.handler.handled == [3, 1, 2]


async def test_whoever_floods_the_bot_waits_alone(box: Box) -> None:
    box.handler.gates[1] = asyncio.Event()
    flood = [message(number, MOTHER) for number in range(1, 2502)]
    async with box.open() as intake:
        await intake.receive(flood)
        async with asyncio.timeout(PATIENCE):
            await intake.has_room()
        await intake.receive([message(3000, FATHER)])
        async with asyncio.timeout(PATIENCE):
            while box.handler.handled != [3000]:
                await asyncio.sleep(0.01)
        box.handler.gates[1].set()


async def test_a_bot_that_must_wait_for_the_messenger_holds_up_no_other(box: Box) -> None:
    box.bots.append(BOT + 1)
    chats = range(1, SIDE_BY_SIDE + 2)
    box.handler.gates = {number: asyncio.Event() for number in chats}
    async with box.open() as intake:
        await intake.receive([message(number, number) for number in chats])
        async with asyncio.timeout(PATIENCE):
            while len(box.handler.begun) < SIDE_BY_SIDE:
                await asyncio.sleep(0)
        await intake.intake.receive([message(1000, MOTHER)], bot_id=BOT + 1, school_id=None)
        async with asyncio.timeout(PATIENCE):
            while box.handler.handled != [1000]:
                await asyncio.sleep(0.01)
        for gate in box.handler.gates.values():
            gate.set()
        await box.settled()


async def test_a_flood_waits_in_the_inbox_and_is_handled_in_its_order(box: Box) -> None:
    last, withdrawn, gate = 3 * SHARE, range(2 * SHARE, 2 * SHARE + 10), asyncio.Event()
    box.handler.gates[1] = gate
    async with box.open() as intake:
        for first in range(1, last, 50):
            await intake.receive([message(number, MOTHER) for number in range(first, first + 50)])
        async with box.db.transaction() as session:  # memory would not hear of it
            gone = update(InboxUpdate).where(InboxUpdate.external_id.in_(withdrawn))
            await session.execute(gone.values(state=InboxState.FAILED))
        gate.set()
        for number in range(last + 1, last + 50):
            await intake.receive([message(number, MOTHER)])
        await box.settled()
    assert box.handler.handled == [n for n in range(1, last + 50) if n not in withdrawn]


async def test_a_flood_left_by_an_earlier_process_is_handled_in_its_order(box: Box) -> None:
    left = range(1, 2 * SHARE + 11)
    async with box.db.transaction() as session:
        await store(session, *left)
    async with box.open() as intake:
        await intake.receive([message(1000, MOTHER), message(1001, FATHER)])
        await box.settled()
    assert [number for number in box.handler.handled if number != 1001] == [*left, 1000]


async def test_a_handler_that_fails_is_apologised_for_and_its_chat_goes_on(box: Box) -> None:
    box.handler.errors[1] = [KeyError("bug")]
    async with box.open() as intake:
        await intake.receive([message(1, MOTHER), message(2, MOTHER)])
        assert await box.settled() == {1: InboxState.FAILED, 2: InboxState.DONE}
    assert (box.handler.apologies, box.handler.handled) == ([1], [2])


async def test_a_database_that_was_away_for_a_moment_costs_the_person_nothing(box: Box) -> None:
    box.handler.errors[1] = [ConnectionRefusedError(), ConnectionRefusedError()]
    async with box.open() as intake:
        await intake.receive([message(1, MOTHER)])
        await box.settled()
    assert (box.handler.apologies, box.handler.handled) == ([], [1])


async def test_while_every_connection_is_taken_nothing_is_given_up(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the server or our own, however often the update finds none."""
    monkeypatch.setattr("bot.intake._UNTIL_THERE_IS_ROOM", 0.01)
    refused = DBAPIError("select 1", None, TooManyConnectionsError("sorry, too many clients already"))
    box.handler.errors[1] = [refused, NoFreeConnection()] * MAX_ATTEMPTS
    async with box.open() as intake:
        await intake.receive([message(1, MOTHER)])
        await box.settled()
    assert (box.handler.apologies, box.handler.handled) == ([], [1])


async def test_what_was_not_handled_before_a_kill_comes_first_after_it(box: Box) -> None:
    async with box.db.transaction() as session:
        await store(session, 1, 2)
    async with box.open() as intake:
        await intake.receive([message(2, MOTHER), message(3, MOTHER)])
        await box.settled()
    assert box.handler.handled == [1, 2, 3]


async def test_what_waits_when_the_bot_stops_is_handled_by_the_next_start(box: Box) -> None:
    box.handler.gates[1] = asyncio.Event()
    async with box.open() as intake:
        await intake.receive([message(1, MOTHER), message(2, MOTHER)])
        async with asyncio.timeout(PATIENCE):
            while 1 not in box.handler.begun:
                await asyncio.sleep(0)
        stopping = asyncio.create_task(intake.stop())
        await asyncio.sleep(0)
        box.handler.gates[1].set()
        await stopping
        assert await box.states() == {1: InboxState.DONE, 2: InboxState.NEW}
    async with box.open():
        await box.settled()
    assert box.handler.handled == [1, 2]


async def test_an_update_that_kills_the_process_again_and_again_is_given_up_alone(box: Box) -> None:
    poison, innocent = 1, 2
    async with box.db.transaction() as session:
        await store(session, poison)
        await store(session, innocent, chat_id=FATHER)
    for life in range(MAX_ATTEMPTS):
        dying = Recorder()
        dying.gates = {poison: asyncio.Event()} | ({} if life else {innocent: asyncio.Event()})
        async with box.process(dying) as intake:
            async with asyncio.timeout(PATIENCE):
                while poison not in dying.begun:
                    await asyncio.sleep(0.01)
            await intake.die()
    async with box.db.transaction() as session:
        assert await queues.updates_given_up(session) == 0
    with capture_logs() as logs:
        async with box.open():
            assert await box.settled() == {poison: InboxState.FAILED, innocent: InboxState.DONE}
    assert [line["log_level"] for line in logs if line["event"] == "intake.given_up"] == ["error"]
    assert poison not in box.handler.begun
    async with box.db.transaction() as session:
        assert await queues.updates_given_up(session) == 1


@pytest.mark.parametrize("attempts", [0, 1])
@pytest.mark.parametrize("hangs", [False, True])
async def test_what_waits_is_not_given_up_however_often_processes_are_restarted(
    box: Box, monkeypatch: pytest.MonkeyPatch, *, hangs: bool, attempts: int
) -> None:
    """Telegram may be away or silent for all of their lives: nobody dies over it."""
    monkeypatch.setattr("bot.intake._pause", lambda _error, _attempt: 0.5)
    if hangs:
        monkeypatch.setattr("bot.intake._FAREWELL_SECONDS", 0.1)
    async with box.db.transaction() as session:
        await store(session, 1, 2, attempts=attempts)
    for _ in range(MAX_ATTEMPTS + 1):
        restarted = Recorder()
        restarted.errors[1] = [ConnectionRefusedError() for _ in range(MAX_ATTEMPTS)]
        if hangs:
            restarted.gates[1] = asyncio.Event()
        async with box.process(restarted) as intake:
            async with asyncio.timeout(PATIENCE):
                while 1 not in restarted.begun:
                    await asyncio.sleep(0.01)
            await intake.stop()
        assert restarted.handled == restarted.apologies == []
    async with box.open():
        assert await box.settled() == {1: InboxState.DONE, 2: InboxState.DONE}
    assert box.handler.handled == [1, 2]


async def test_what_may_have_brought_a_process_down_is_tried_one_by_one(box: Box) -> None:
    async with box.db.transaction() as session:
        await store(session, 1, attempts=2)
        await store(session, 2, chat_id=FATHER, attempts=1)
        await store(session, 3, chat_id=FATHER)
    box.handler.gates = {1: asyncio.Event(), 2: asyncio.Event()}
    async with box.open() as intake:
        async with asyncio.timeout(PATIENCE):
            while not box.handler.begun:
                await asyncio.sleep(0.01)
        await intake.receive([message(4, AUNT)])
        async with asyncio.timeout(PATIENCE):
            while box.handler.handled != [4]:
                await asyncio.sleep(0.01)
        assert len(box.handler.begun & {1, 2}) == 1
        for gate in box.handler.gates.values():
            gate.set()
        await box.settled()
    assert set(box.handler.handled) == {1, 2, 3, 4}


async def store(session: AsyncSession, *update_ids: int, chat_id: int = MOTHER, attempts: int = 0) -> None:
    """As a process left them that died."""
    for update_id in update_ids:
        session.add(
            InboxUpdate(
                bot_id=BOT,
                channel=Channel.TELEGRAM,
                external_id=update_id,
                chat_id=chat_id,
                payload=message(update_id, chat_id, "Болеет"),
                state=InboxState.NEW,
                attempts=attempts,
                received_at=moment("10:17"),
            )
        )
        await session.flush()


async def test_text_that_postgresql_cannot_keep_does_not_stop_its_batch(box: Box) -> None:
    async with box.open() as intake:
        await intake.receive(
            [message(1, MOTHER, "нуль \0 и \ud83d половина"), message(2, FATHER, "👍" * 4096)]
        )
        await box.settled()
    assert sorted(box.handler.handled) == [1, 2]


def test_what_can_be_kept_stays_as_it_is() -> None:
    payload = message(1, MOTHER, "Иванов 👍\u202e <b>")
    assert storable(payload) == payload


async def test_of_a_tap_nothing_is_kept_that_stood_on_the_screen(box: Box) -> None:
    mother = {"id": MOTHER, "is_bot": False, "first_name": "Мария"}
    shown = {
        "message_id": 7,
        "date": 1_789_000_000,
        "chat": {"id": MOTHER, "type": "private", "first_name": "Мария"},
        "text": "Иванов Пётр: 2 по алгебре",
        "entities": [{"type": "bold", "offset": 0, "length": 6}],
        "reply_markup": {"inline_keyboard": [[{"text": "Иванов П.", "callback_data": "cell:1:2:absent"}]]},
    }
    tap = {"id": "1", "from": mother, "chat_instance": "1", "data": "cell:1:2:absent", "message": shown}
    async with box.open() as intake:
        await intake.receive([{"update_id": 1, "callback_query": tap}])
        await box.settled()
    async with box.db.statement() as session:
        payload = await session.scalar(select(InboxUpdate.payload))
    kept = {"message_id": 7, "date": 1_789_000_000, "chat": {"id": MOTHER, "type": "private"}}
    assert payload == {"update_id": 1, "callback_query": tap | {"message": kept}}


@pytest.mark.parametrize("shown", [{"message_id": 7}, {"message_id": 7, "chat": "forged"}, "forged", None])
def test_a_tap_on_what_is_no_message_stays_as_it_is(shown: object) -> None:
    update = {"update_id": 1, "callback_query": {"id": "1", "message": shown}}
    assert without_screen(update) == update


@pytest.mark.parametrize(
    ("update", "chat_id"),
    [
        (message(1, 5), 5),
        ({"update_id": 1, "callback_query": {"from": {"id": 6}, "message": {"chat": {"id": 5}}}}, 5),
        ({"update_id": 1, "callback_query": {"from": {"id": 6}, "inline_message_id": "x"}}, 6),
        ({"update_id": 1, "poll": {"id": "7"}}, None),
        ({"update_id": 1, "message": {"chat": "forged", "from": None}}, None),
        ({"update_id": 1, "callback_query": {"message": "forged"}}, None),
        ({"update_id": 1}, None),
    ],
)
def test_an_update_belongs_to_the_chat_it_happened_in(update: dict[str, Any], chat_id: int | None) -> None:
    assert chat_of(update) == chat_id


async def test_whoever_writes_again_has_unblocked_the_bot_and_gets_what_waited(box: Box) -> None:
    async with box.db.transaction() as session:
        world = await new_school(session)
        box.school_id = world.school_id
        account = await world.account_of(await world.person("Иванова Мария"))
        binding = (await session.scalars(select(Binding).where(Binding.chat_id == account.chat_id))).one()
        await outbox.post(
            session,
            [
                NewMessage(
                    school_id=world.school_id,
                    binding_id=binding.id,
                    kind="alert",
                    payload={},
                    dedup_key="alert",
                    priority=Priority.ALERT,
                    not_before=box.clock.now(),
                )
            ],
        )
        assert await sending.block_binding(session, binding.id, box.clock.now())
    async with box.open() as intake:
        await intake.receive([message(1, account.chat_id)])
    async with box.db.transaction() as session:
        assert await session.scalar(select(Binding.blocked_at)) is None
        assert await session.scalar(select(OutboxMessage.state)) is OutboxState.QUEUED


async def test_connections_lost_in_mid_update_lose_no_tap(box: Box) -> None:
    box.handler.gates[1] = asyncio.Event()
    async with box.open() as intake:
        await intake.receive([message(1, MOTHER)])
        async with box.db.transaction() as session:
            await lose_all(session)
        box.handler.gates[1].set()
        # Whoever looks on has a connection that was not lost.
        onlooker = Database(box.db.url, pool_size=1)
        assert await Box(onlooker, box.clock).settled() == {1: InboxState.DONE}
        await onlooker.close()
