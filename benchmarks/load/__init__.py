"""A school at its busiest: all its teachers tap within seconds while a broadcast leaves (C6, J4, J7).

The taps come at their planned moments, whether or not the bot has kept up with the last ones: registers and
marks by turns, each teacher in a lesson of their own. Beside them stand the same taps without the broadcast.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from socket import socket
from typing import Any

from sqlalchemy import func, select, text

from benchmarks.broadcast import LATENCY, add_guardians, release, somebody
from benchmarks.figures import Figure, Size
from benchmarks.load.storm import (
    PATIENCE_SECONDS,
    Answered,
    Shown,
    has_called,
    put_screens,
    screens_of,
    shown_since,
    tap_at_moments,
)
from benchmarks.load.teachers import Teacher, add_works, screens, teachers_in_lessons
from benchmarks.place import ACCOUNTS_FROM, MONDAY_10_17, Place, bind_everybody
from benchmarks.processes import Zvonok, balancer, zvonok
from benchmarks.sending import be_slow, open_chats
from benchmarks.telegram import Telegram
from db.engine import Database
from db.enums import StaffRole
from db.models import Person
from sandbox.schoolmaker.large_school import write_large_school
from services.actor import Actor
from services.clock import Clock
from services.importing.service import ImportService
from services.notifications.limiter import MESSAGES_PER_SECOND

TOKEN = "50:load"
AFTERNOON = MONDAY_10_17.replace(hour=15, minute=0)
"""Everybody who teaches today has had a lesson."""
_START_UP = timedelta(minutes=2)
"""A process's clock begins when it starts; ours must not be ahead of it."""
_QUIET_TAPS_PER_SECOND = 20


@dataclass(frozen=True, slots=True)
class Storm:
    answered: Answered
    shown: Shown


@dataclass(frozen=True, slots=True)
class Storms:
    intakes: int
    quiet: Storm
    idle: Storm
    """The same taps as `busy`, without a broadcast."""
    busy: Storm
    cpu: float
    """Seconds of the bot's processes in `idle`."""


async def measure(place: Place, telegram: Telegram, size: Size) -> list[Figure]:
    figures: list[Figure] = []
    async with _school(place, size) as (db, clock):
        teachers = await teachers_in_lessons(db, clock, size.teachers)
        async with db.transaction() as session:
            await add_guardians(session, size.recipients)
            last = (await session.scalars(select(func.max(Person.id)))).one()
            deputy = await somebody(session, StaffRole.DEPUTY, clock)
        await place.rest(db)
        await telegram.run(open_chats, TOKEN, ACCOUNTS_FROM, ACCOUNTS_FROM + (last or 0))
        await telegram.run(put_screens, TOKEN, {teacher.user_id: teacher.messages for teacher in teachers})
        for intakes in size.intakes:
            await telegram.run(be_slow, LATENCY, flood=True)
            async with _running(db, clock, telegram, intakes) as processes:
                storms = await _storms(db, clock, telegram, teachers, deputy, size, intakes, processes)
            figures += _figures(storms, len(teachers) * size.taps_each)
        await telegram.run(be_slow, 0, flood=False)
    return figures


@asynccontextmanager
async def _school(place: Place, size: Size) -> AsyncIterator[tuple[Database, Clock]]:
    """A school with as many teachers, everybody bound, in the afternoon."""
    clock = Clock(AFTERNOON)
    async with place.empty() as db:
        with tempfile.TemporaryDirectory(prefix="zvonok-bench-") as folder:
            write_large_school(Path(folder), size.teacher_copies)
            imported = await ImportService(db, clock).import_file(Path(folder))
        assert imported.ok, imported.errors[:3]
        await bind_everybody(db)
        yield db, clock


@asynccontextmanager
async def _running(
    db: Database, clock: Clock, telegram: Telegram, intakes: int
) -> AsyncIterator[list[Zvonok]]:
    """One process that polls and does everything; or several that share a webhook, with one that sends."""
    async with AsyncExitStack() as stack:
        settings = {
            "bot_token": TOKEN,
            "bot_api_url": telegram.url,
            "database_url": db.url,
            "data_dir": stack.enter_context(tempfile.TemporaryDirectory(prefix="zvonok-bench-")),
            "clock": (clock.now() + _START_UP).isoformat(),
        }
        if intakes == 1:
            yield [await stack.enter_async_context(zvonok(settings))]
            return
        ports = _free_ports(intakes)
        port = await stack.enter_async_context(balancer(ports))
        hook = {"webhook_url": f"http://127.0.0.1:{port}/zvonok", "webhook_secret": "load"}
        processes = [await stack.enter_async_context(zvonok(settings, "--only", "worker"))]
        for own in ports:
            listening = settings | hook | {"listen": f"127.0.0.1:{own}"}
            processes.append(await stack.enter_async_context(zvonok(listening, "--only", "intake")))
        yield processes


def _free_ports(number: int) -> list[int]:
    sockets = [socket() for _ in range(number)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


async def _storms(
    db: Database,
    clock: Clock,
    telegram: Telegram,
    teachers: list[Teacher],
    deputy: Actor,
    size: Size,
    intakes: int,
    processes: list[Zvonok],
) -> Storms:
    if intakes > 1:
        await telegram.run(has_called, "setWebhook", intakes)

    async def storm(taps_each: int, seconds: float) -> Storm:
        await telegram.run(be_slow, LATENCY, flood=True)
        plans = {teacher.user_id: teacher.next_taps(taps_each) for teacher in teachers}
        answered = await telegram.run(tap_at_moments, TOKEN, plans, seconds)
        await _wait_for_screens(telegram, {one.user_id: await screens(db, clock, one) for one in teachers})
        return Storm(answered, await telegram.run(shown_since, answered.begun))

    # The first taps also warm the bot up.
    await add_works(db, clock, teachers)
    quiet = [await storm(1, len(teachers) / _QUIET_TAPS_PER_SECOND) for _ in range(2)][-1]
    await add_works(db, clock, teachers)
    used = sum(process.cpu_seconds() for process in processes)
    idle = await storm(size.taps_each, size.storm_seconds)
    used = sum(process.cpu_seconds() for process in processes) - used
    await add_works(db, clock, teachers)
    await release(db, clock, deputy)
    busy = await storm(size.taps_each, size.storm_seconds)
    async with db.transaction() as session:
        await session.execute(text("delete from outbox"))
    return Storms(intakes, quiet, idle, busy, used)


async def _wait_for_screens(telegram: Telegram, wanted: dict[int, dict[int, Any]]) -> None:
    """Until each chat shows what the database holds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            shown = await telegram.run(screens_of, TOKEN, list(wanted))
            if all(
                shown[user_id][message] == screen
                for user_id, messages in wanted.items()
                for message, screen in messages.items()
            ):
                return
            await asyncio.sleep(0.3)


def _figures(storms: Storms, taps: int) -> list[Figure]:
    quiet, idle, busy = storms.quiet.answered, storms.idle.answered, storms.busy.answered
    shown, full = storms.busy.shown, taps >= 1000
    who = "one process" if storms.intakes == 1 else f"{storms.intakes} intakes and a worker"

    def told(storm: Answered) -> str:
        return f"the last one after {storm.seconds:.0f} s, p99 {storm.p99:.2f} s"

    return [
        Figure(
            f"load, {who}: taps answered a second",
            taps / idle.seconds,
            f"{taps:,} taps at once: {told(idle)}; {storms.cpu / taps * 1000:.1f} ms CPU each",
        ),
        Figure(
            f"load, {who}: taps lost, or answered too late to be seen, or twice",
            abs(storms.idle.shown.answers - taps) + abs(shown.answers - taps) + taps - len(busy.waits),
            f"with the broadcast: {told(busy)}; all screens right after {shown.seconds:.0f} s",
            at_most=0,
        ),
        Figure(f"load, {who}: refused with 429", storms.idle.shown.too_many + shown.too_many, at_most=0),
        Figure(
            f"load, {who}: p99 of a tap, times the same taps without the broadcast",
            busy.p99 / idle.p99,
            f"{busy.p99:.2f} s, {idle.p99:.2f} s; a quiet bot {quiet.p99 * 1000:.0f} ms",
            at_most=1.5 if full else None,
        ),
        Figure(
            f"load, {who}: share of {MESSAGES_PER_SECOND}/s that screens and the broadcast use meanwhile",
            (shown.edits + shown.messages) / shown.seconds / MESSAGES_PER_SECOND,
            f"{shown.edits:,} edits, which go first, {shown.messages:,} messages in {shown.seconds:.0f} s",
            at_least=0.9 if full else None,
        ),
    ]
