"""A city in one database: what its first pupil costs, and its hundred-thousandth (`make bench-city`).

What one school does must cost the same however many others there are.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from cryptography.fernet import Fernet, MultiFernet
from pydantic import SecretStr
from sqlalchemy import delete, func, select, text

from benchmarks.city.costs import jobs_of_one, memory, sweep, tap
from benchmarks.city.growth import Stage
from benchmarks.figures import Figure, Size
from benchmarks.place import MONDAY_10_17, Place, bind_everybody
from benchmarks.telegram import Telegram
from db.engine import Database
from db.models import Digest, Enrolment, OutboxMessage, SchoolYear, WeekSummary
from db.queries import roster, sample_year
from db.wall import raise_wall
from sandbox.schoolmaker.large_school import write_large_school
from services.clock import Clock
from services.importing.service import ImportService
from services.schools import NewBot, SchoolService
from services.week import digests

FRIDAY = MONDAY_10_17.replace(hour=18, minute=0) + timedelta(days=4)
"""Three weeks of the journal are there, and the digests are due."""
_FIRST_BOT = 7000
_NAME = {"name": "Школа", "short_name": "Школа", "timezone": "Europe/Moscow", "preset": "klyuchi"}


async def measure(place: Place, telegram: Telegram, size: Size) -> list[Figure]:
    return figures(await grow(place, telegram, size))


async def grow(place: Place, telegram: Telegram, size: Size) -> list[Stage]:
    """Add school after school, and measure at the numbers of `size`."""
    key, clock = Fernet.generate_key().decode(), Clock(FRIDAY)
    stages: list[Stage] = []
    async with _walled(place) as db:
        schools = SchoolService(db, clock, MultiFernet([Fernet(key)]))
        ids: list[int] = []
        for wanted in size.schools:
            took = []
            while len(ids) < wanted:
                token = SecretStr(f"{_FIRST_BOT + len(ids)}:city")
                ids.append(await schools.add(values=_NAME, bot=NewBot(token, "")))
                copies = size.city_copies[(len(ids) - 1) % len(size.city_copies)]
                took.append(await _import(db, clock, ids[-1], copies))
                await _fill(db, ids[-1])
            await place.rest(db)
            first = db.of(ids[0])
            digest = [await _digests(first, ids[0]) for _ in range(min(3, size.rounds))]
            due, idle = await sweep(db, clock)
            bots = [f"{_FIRST_BOT + number}:city" for number in range(len(ids))]
            stages.append(
                Stage(
                    schools=len(ids),
                    pupils=await _count(db),
                    megabytes=await _megabytes(db),
                    importing=median(took),
                    digest=median(digest),
                    tap=await tap(first, size.taps),
                    jobs=await jobs_of_one(first, ids[0], FRIDAY, min(3, size.rounds)),
                    slot=due,
                    sweep=idle,
                    process=await memory(db, telegram, bots, key, min(4, size.sending_seconds)),
                )
            )
        begun = perf_counter()
        for school_id in ids:
            await _queue(db.of(school_id), school_id)
        stages[-1].all_digests = perf_counter() - begun
        async with db.transaction() as session:
            stages[-1].queued = (await session.scalars(select(func.count(OutboxMessage.id)))).one()
    return stages


def figures(stages: Sequence[Stage]) -> list[Figure]:
    one, city = stages[0], stages[-1]
    full = city.schools >= 100

    def times(what: str, name: str, unit: str, at_most: float | None) -> Figure:
        before, now = getattr(one, name), getattr(city, name)
        return Figure(
            f"a city: {what}, times that of the only school",
            now / before,
            f"{before:.{_digits(before)}f} {unit}, then {now:.{_digits(now)}f} {unit}",
            at_most=at_most if full else None,
        )

    return [
        Figure("a city: schools", city.schools, f"{city.pupils:,} pupils, {city.megabytes:,.0f} MB"),
        times("seconds of importing 1,000 pupils", "importing", "s", 1.5),
        times("weekly digests of one school", "digest", "s", 1.5),
        times("a tap in the register", "tap", "ms", 1.5),
        times("all jobs of one school", "jobs", "ms", 1.5),
        Figure(
            "a city: seconds of the digests of all schools",
            city.all_digests,
            f"{city.queued:,} messages; {city.all_digests / city.pupils * 1000:.2f} ms a pupil",
        ),
        Figure(
            "a city: megabytes of the bot's process for a school more",
            (city.process.megabytes - one.process.megabytes) / (city.schools - one.schools),
            f"{one.process.megabytes:.0f} MB with one school, {city.process.megabytes:.0f} MB with all",
            at_most=1 if full else None,
        ),
        Figure(
            "a city: the bot's CPU while nobody does anything, a hundredth of a core",
            city.process.cpu * 100,
            f"{one.process.cpu * 100:.1f} with one school",
        ),
        Figure(
            "a city: milliseconds of a sweep of the scheduler that finds nothing to do",
            city.sweep,
            f"{one.sweep:.1f} ms with one school; a job's slot {one.slot:.1f} ms, then {city.slot:.1f} ms",
        ),
    ]


def _digits(value: float) -> int:
    return 0 if value >= 100 else 1 if value >= 10 else 2


@asynccontextmanager
async def _walled(place: Place) -> AsyncIterator[Database]:
    """An empty database with the wall between schools, as `zvonok run` opens it."""
    async with place.empty() as empty:
        db = Database(empty.url, walled=await raise_wall(empty.url))
        try:
            yield db
        finally:
            await db.close()


async def _import(db: Database, clock: Clock, school_id: int, copies: int) -> float:
    """Seconds for a thousand pupils."""
    with tempfile.TemporaryDirectory(prefix="zvonok-bench-") as folder:
        write_large_school(Path(folder), copies)
        begun = perf_counter()
        imported = await ImportService(db, clock).import_file(Path(folder), school_id)
        took = perf_counter() - begun
    assert imported.ok, imported.errors[:3]
    return took / imported.rows["pupils"] * 1000


async def _fill(db: Database, school_id: int) -> None:
    """Everybody has an account, and the journal is kept."""
    await bind_everybody(db.of(school_id))
    async with db.transaction() as session:
        year = (await session.scalars(select(SchoolYear).where(SchoolYear.school_id == school_id))).one()
        await sample_year.fill(session, school_id, year.starts_on, FRIDAY.date(), until=FRIDAY)


async def _digests(db: Database, school_id: int) -> float:
    """Seconds of queueing a school's digests; then they are forgotten."""
    took = await _queue(db, school_id)
    async with db.transaction() as session:
        for table in (Digest, WeekSummary, OutboxMessage):
            await session.execute(delete(table).where(table.school_id == school_id))
    return took


async def _queue(db: Database, school_id: int) -> float:
    begun = perf_counter()
    async with db.transaction() as session:
        roster.limit_to(session, school_id)
        await digests.queue(session, FRIDAY)
    return perf_counter() - begun


async def _count(db: Database) -> int:
    async with db.transaction() as session:
        return (await session.scalars(select(func.count(Enrolment.id)))).one()


async def _megabytes(db: Database) -> float:
    async with db.transaction() as session:
        size = await session.scalar(text("select pg_database_size(current_database())"))
    return int(size or 0) / 1e6
