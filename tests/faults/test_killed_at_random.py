"""kill -9 of intakes, workers and the database at random, while teachers tap and messages leave."""

from __future__ import annotations

import asyncio
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import select

from db.engine import Database
from db.enums import OutboxState
from db.listening import OUTAGE
from db.models import Attendance, AuditEntry, Binding, Broadcast, OutboxMessage, SchoolSetting
from handlers.callbacks.register import SetLate
from sandbox import Fault
from services.broadcasts.composing import ComposeService
from services.broadcasts.releasing import ReleaseService
from services.clock import Clock
from services.notifications.absence_alert import NAME as ALERT
from services.notifications.broadcast import BroadcastKind
from services.notifications.departures import LEASE
from tests.faults.classes import Lesson, classes
from tests.faults.conftest import TOKEN, School, until
from tests.faults.deployment import Deployment, RememberingSandbox
from tests.faults.servers import OwnServer
from tests.world import MOSCOW, build_story, moment

SEED = 2026_11_22
CLASSES, LATE = 6, 6
BROADCASTS = 5
SECONDS_A_KILL = 1.5
"""About so long a run takes for each."""
SENDING_SECONDS = 0.6
PATIENCE = 120.0
REPEAT = "(повтор)"
KINDS = [ALERT, BroadcastKind.name]
INTAKES, WORKERS, DATABASE = "intake", "worker", "database"


class Scale(NamedTuple):
    kills: int
    pupils: int
    """In a class: the first come late, the others leave one by one."""


LONG, SHORT = Scale(kills=100, pupils=30), Scale(kills=6, pupils=12)


class Request(NamedTuple):
    """To put a message into a chat."""

    message_id: int
    claim_token: UUID | None


@dataclass
class Figures:
    killed: Counter[str] = field(default_factory=Counter)
    taps: list[tuple[int, int | None]] = field(default_factory=list)
    """Pupil and minutes of every tap that was answered; None: absent."""
    broadcasts: list[str] = field(default_factory=list)
    in_flight: set[Request] = field(default_factory=set)
    """Of senders that were killed."""


class Posted(NamedTuple):
    """What was to be sent to a family."""

    message_id: int
    state: OutboxState
    unanswered: int
    external_ref: int | None
    chat_id: int
    text: str | None
    """Of a broadcast; None: it is the day's alert."""

    def is_uncounted(self, copies: Sequence[str]) -> bool:
        """One is known to stand in the chat, or none is; each of the others had no answer."""
        return len(copies) > self.unanswered + (self.external_ref is not None)

    def is_lost(self, copies: Sequence[str]) -> bool:
        """An alert is skipped when its pupil came before it left."""
        if self.state is OutboxState.SENT:
            return not copies
        skipped = self.state is OutboxState.SKIPPED and self.text is None
        return not skipped and self.state is not OutboxState.UNKNOWN


@dataclass
class Town:
    server: OwnServer
    db: Database
    school: School
    sandbox: RememberingSandbox
    deployment: Deployment
    lessons: list[Lesson]
    scale: Scale
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))
    figures: Figures = field(default_factory=Figures)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    # --- What people do

    async def teach(self, lesson: Lesson) -> None:
        """Some are absent, the register is complete, the parents hear of it; then one after the other comes
        late, by other minutes each time."""
        latecomers = lesson.pupils[:LATE]
        await lesson.take_register(latecomers, PATIENCE)
        while not self.over.is_set():
            pupil = self.dice.choice(latecomers)
            if lesson.minutes[pupil] == 120:
                return
            lesson.minutes[pupil] += 1
            late = SetLate(lesson_id=lesson.lesson_id, pupil_id=pupil, minutes=lesson.minutes[pupil])
            answer = await lesson.phone.press_data(late.pack(), timeout=PATIENCE)
            assert answer.text, "an answer that says what was written"
            self.figures.taps.append((pupil, late.minutes))
            await asyncio.sleep(self.dice.uniform(0, 0.3))

    async def miss(self, lesson: Lesson) -> None:
        """The others leave one by one, all the time: each has an alert of their own, which is repeated."""
        leaving = lesson.pupils[LATE:]
        for pupil in leaving:
            await self.pause(len(leaving))
            if self.over.is_set():
                return
            await lesson.mark_absent(pupil, PATIENCE)
            self.figures.taps.append((pupil, None))

    async def pause(self, times: int) -> None:
        """So long that this many last for the whole run, and no longer than it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.dice.uniform(0, 2 * self.scale.kills * SECONDS_A_KILL / times)):
                await self.over.wait()

    async def write(self, lesson: Lesson) -> None:
        """Broadcasts to the class: what was released is acknowledged."""
        clock = self.school.clock
        compose, releases = ComposeService(self.db, clock), ReleaseService(self.db, clock)
        for number in range(BROADCASTS):
            if self.over.is_set():
                return
            text = f"Новость {lesson.group_id}-{number}."
            with suppress(*OUTAGE):
                form = await compose.start(actor=lesson.actor, group_id=lesson.group_id)
                this: dict[str, Any] = {"actor": lesson.actor, "broadcast_id": form.draft.broadcast_id}
                form = await compose.type_text(**this, text=text)
                await releases.release(**this, version=form.draft.version)
                self.figures.broadcasts.append(text)
            await self.pause(BROADCASTS)

    # --- What happens to them

    async def kill_somebody(self, victim: str) -> None:
        self.deployment.revive()
        self.figures.killed[victim] += 1
        if victim == DATABASE:
            await self.server.kill()
            await asyncio.sleep(self.dice.uniform(0, 1))
            await self.server.start()
            return
        name = f"{victim} {self.dice.choice([1, 2])}"
        self.deployment.kill(name)
        if victim == WORKERS:
            await self.count_in_flight()
        self.deployment.start(name)

    async def count_in_flight(self) -> None:
        """What nobody living records: it is as it was when the living have long had their answers."""
        claimed = await self.claimed()
        await asyncio.sleep(SENDING_SECONDS + 0.5)
        self.figures.in_flight |= claimed & await self.claimed()

    async def claimed(self) -> set[Request]:
        """No edits: made again, they leave no second message."""
        on_their_way = select(OutboxMessage.id, OutboxMessage.claim_token).where(
            OutboxMessage.state == OutboxState.CLAIMED, OutboxMessage.external_ref.is_(None)
        )
        async with self.db.transaction() as session:
            return {Request(*row) for row in await session.execute(on_their_way)}

    async def come_to_rest(self) -> None:
        """Everybody is killed once more; when all claims have run out, fresh processes settle everything."""
        self.deployment.kill(*self.deployment.names)
        await self.count_in_flight()
        self.school.clock.turn(self.school.clock.now() + 2 * LEASE)
        self.deployment.start(*self.deployment.names)
        await self.school.settled(PATIENCE)

        async def nothing_waits() -> bool:
            waiting = OutboxMessage.state.in_([OutboxState.QUEUED, OutboxState.CLAIMED])
            return not await self.school.count(waiting, OutboxMessage.kind.in_(KINDS))

        await until(nothing_waits, "nothing waits to be sent", PATIENCE)

    # --- What came of it

    async def lost_taps(self) -> set[tuple[int, int | None]]:
        """Answered, but in no history."""
        changes = select(AuditEntry.pupil_id, AuditEntry.after).where(AuditEntry.action == "attendance.set")
        async with self.db.transaction() as session:
            rows = (await session.execute(changes)).all()
        written = {(pupil_id, after["late_minutes"]) for pupil_id, after in rows if after is not None}
        return set(self.figures.taps) - written

    async def wrong_cells(self) -> set[int]:
        """Pupils of whom the register says something else than the last tap."""
        async with self.db.transaction() as session:
            rows = await session.execute(select(Attendance.pupil_id, Attendance.late_minutes))
            cells = {pupil_id: minutes for pupil_id, minutes in rows}
        said = dict(self.figures.taps)
        return {pupil for pupil, minutes in said.items() if cells.get(pupil, 0) != minutes}

    async def posted(self) -> list[Posted]:
        rows = (
            select(
                OutboxMessage.id,
                OutboxMessage.state,
                OutboxMessage.unanswered,
                OutboxMessage.external_ref,
                Binding.chat_id,
                Broadcast.text,
            )
            .join(Binding, Binding.id == OutboxMessage.binding_id)
            .outerjoin(Broadcast, Broadcast.id == OutboxMessage.payload["broadcast_id"].as_integer())
            .where(OutboxMessage.kind.in_(KINDS))
        )
        async with self.db.transaction() as session:
            return [Posted(*row) for row in await session.execute(rows)]

    def copies(self, posted: Sequence[Posted]) -> dict[tuple[int, str | None], list[str]]:
        """What came of each message, by chat and words of the broadcast; None: the day's alert."""
        found: defaultdict[tuple[int, str | None], list[str]] = defaultdict(list)
        families = {one.chat_id for one in posted}
        for new in self.sandbox.delivered:
            if new.chat_id in families:
                news = re.search(r"Новость \d+-\d+\.", new.text)
                found[new.chat_id, news and news.group()].append(new.text)
        return found


async def test_whoever_is_killed_nothing_that_was_acknowledged_is_lost(
    town: Town, long: bool, record_property: Callable[[str, object], None]
) -> None:
    figures = town.figures
    town.sandbox.faults.add(Fault.latency(SENDING_SECONDS, "sendMessage"))
    async with asyncio.TaskGroup() as people:
        for lesson in town.lessons:
            people.create_task(town.teach(lesson))
            people.create_task(town.miss(lesson))
            people.create_task(town.write(lesson))
        victims = [INTAKES, WORKERS, DATABASE]
        victims += town.dice.choices(victims, weights=[4, 5, 1], k=town.scale.kills - len(victims))
        for victim in victims:
            await asyncio.sleep(town.dice.uniform(0.3, 1.5))
            await town.kill_somebody(victim)
        town.over.set()
    town.sandbox.faults.clear()
    await town.come_to_rest()

    posted = await town.posted()
    copies = town.copies(posted)
    lost = [one for one in posted if one.is_lost(copies[one.chat_id, one.text])]
    again = [text for texts in copies.values() for text in texts[1:]]
    in_flight = Counter(request.message_id for request in figures.in_flight)
    for who, number in figures.killed.items():
        record_property(f"kills of {who}", number)
    record_property("taps answered", len(figures.taps))
    record_property("messages", len(posted))
    record_property("in flight at the kills", len(figures.in_flight))
    record_property("came twice, marked", len(again))
    record_property("counted as unknown", sum(one.unanswered for one in posted))
    record_property("given up as unknown", sum(one.state is OutboxState.UNKNOWN for one in posted))
    record_property("lost", len(lost))
    assert await town.lost_taps() == set()
    assert await town.wrong_cells() == set()
    assert lost == []
    acknowledged = Counter(one.text for one in posted)
    assert {text: acknowledged[text] for text in figures.broadcasts} == dict.fromkeys(
        figures.broadcasts, town.scale.pupils
    )
    assert all(REPEAT in text for text in again)
    assert again or not long, "nobody was killed over an alert: nothing was shown of repeats"
    assert [one for one in posted if one.is_uncounted(copies[one.chat_id, one.text])] == []
    assert [one for one in posted if one.unanswered > in_flight[one.message_id]] == []


@pytest.fixture
async def town(server: OwnServer, tmp_path: Path, long: bool) -> AsyncIterator[Town]:
    scale = LONG if long else SHORT
    async with AsyncExitStack() as stack:
        url = await server.start()
        stack.push_async_callback(server.stop)
        db = Database(url)
        stack.push_async_callback(db.close)
        clock = Clock(moment("10:17"))
        sandbox = RememberingSandbox(clock=lambda: clock.now().astimezone(MOSCOW), webhook_retry_seconds=0.2)
        sandbox.add_bot(TOKEN, "zvonok_bot")
        await sandbox.start()
        stack.push_async_callback(sandbox.stop)
        school = School(db, sandbox, clock, await build_story(db), tmp_path / "bot.log")
        stack.callback(lambda: sys.stdout.write(school.printed()))
        await school.nothing_is_overdue()
        await school.add(SchoolSetting, key="undo_minutes", value="0")
        lessons = await classes(school, CLASSES, scale.pupils)
        deployment = Deployment(sandbox, clock, url, TOKEN, school.log)
        await stack.enter_async_context(deployment.running())
        deployment.start(*deployment.names)
        for lesson in lessons:
            await lesson.phone.start()
        await school.settled()
        yield Town(server, db, school, sandbox, deployment, lessons, scale)
