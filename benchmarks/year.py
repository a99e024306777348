"""The screens of the journal at the end of a full year, beside the same in the second week of school."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.figures import Figure, Size
from benchmarks.place import MONDAY_10_17, Place, account_of, bind_everybody
from benchmarks.screens import SCREENS, Reader, past_of
from benchmarks.telegram import Telegram
from bot.services import build_services
from db.engine import Database
from db.enums import StaffRole
from db.models import (
    Course,
    CourseGroup,
    Enrolment,
    Group,
    Guardianship,
    Mark,
    Person,
    SchoolYear,
    StaffAppointment,
    Subject,
)
from db.queries import sample_year
from sandbox.schoolmaker.large_school import write_large_school
from services.access.identity import actor_of
from services.actor import Actor
from services.clock import Clock
from services.files import FileStore
from services.importing.service import ImportService

_TIMES = 4
"""Each screen is opened so often in a round, for the median of a short time."""


async def measure(place: Place, _telegram: Telegram, size: Size) -> list[Figure]:
    late = MONDAY_10_17 + timedelta(weeks=size.weeks)
    took: dict[tuple[str, datetime], list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="zvonok-bench-") as folder:
        path = Path(folder)
        write_large_school(path, size.school_copies)
        async with _school(place, path, MONDAY_10_17) as few, _school(place, path, late) as many:
            readers = {MONDAY_10_17: few[0], late: many[0]}
            for name, show in SCREENS.items():
                for reader in readers.values():
                    await show(reader)
                for _ in range(size.rounds * _TIMES):
                    for moment, reader in readers.items():
                        begun = perf_counter()
                        await show(reader)
                        took[name, moment].append(perf_counter() - begun)
    now, before = ({name: median(took[name, moment]) for name in SCREENS} for moment in (late, MONDAY_10_17))
    times = {name: now[name] / before[name] for name in SCREENS}
    slowest, grown = (max(SCREENS, key=one.__getitem__) for one in (now, times))
    every = [seconds for name in SCREENS for seconds in took[name, late]]

    def both(name: str) -> str:
        return f"“{name}”: {before[name] * 1000:.0f} ms, then {now[name] * 1000:.0f} ms"

    return [
        Figure(
            "a year: the slowest screen, times the second week's",
            times[slowest],
            f"{few[1]:,} marks, then {many[1]:,}; {both(slowest)}",
        ),
        Figure("a year: the screen that grows most, times the second week's", times[grown], both(grown)),
        Figure(
            "a year: a screen, times the second week's, median",
            median(times.values()),
            f"{len(SCREENS)} screens: {median(before.values()) * 1000:.0f} ms, "
            f"then {median(now.values()) * 1000:.0f} ms",
        ),
        Figure(
            "a year: seconds of reading a screen, 95th percentile",
            quantiles(every, n=20)[-1],
            f"{len(every)} screens opened, the slowest of them in {max(every) * 1000:.0f} ms",
            at_most=0.1,
        ),
    ]


@asynccontextmanager
async def _school(place: Place, path: Path, moment: datetime) -> AsyncIterator[tuple[Reader, int]]:
    """A school whose journal is filled up to a moment: who reads it, and how many marks there are."""
    clock = Clock(moment)
    async with place.empty() as db:
        imported = await ImportService(db, clock).import_file(path)
        assert imported.ok, imported.errors[:3]
        await bind_everybody(db)
        with tempfile.TemporaryDirectory(prefix="zvonok-bench-") as folder:
            async with db.transaction() as session:
                year = (await session.scalars(select(SchoolYear))).one()
                await sample_year.fill(session, year.school_id, year.starts_on, moment.date(), until=moment)
                reader = await _reader(session, db, clock, Path(folder))
                marks = (await session.scalars(select(func.count()).select_from(Mark))).one()
            await place.rest(db)
            yield reader, marks


async def _reader(session: AsyncSession, db: Database, clock: Clock, folder: Path) -> Reader:
    """The story's people."""
    moment = clock.now()
    of_story = (
        select(Course.id, Group.id, Enrolment.pupil_id, Guardianship.guardian_id)
        .join(Subject, Subject.id == Course.subject_id)
        .join(CourseGroup, CourseGroup.course_id == Course.id)
        .join(Group, Group.id == CourseGroup.group_id)
        .join(Enrolment, Enrolment.group_id == Group.id)
        .join(Person, Person.id == Enrolment.pupil_id)
        .join(Guardianship, Guardianship.pupil_id == Person.id)
        .where(Subject.name == "Алгебра", Group.name == "7Б")
        .where(Person.last_name == "Иванов", Person.first_name == "Пётр")
    )
    course_id, group_id, pupil_id, mother_id = (await session.execute(of_story)).one()
    deputies = select(StaffAppointment.person_id).where(StaffAppointment.role == StaffRole.DEPUTY)
    deputy_id = (await session.scalars(deputies.limit(1))).one()

    async def named(last_name: str, first_name: str) -> int:
        people = select(Person.id).where(Person.last_name == last_name, Person.first_name == first_name)
        return (await session.scalars(people)).one()

    anna_id = await named("Соколова", "Анна")

    async def actor(person_id: int) -> Actor:
        found = await actor_of(session, await account_of(session, person_id), moment)
        assert found is not None
        return found

    return Reader(
        services=build_services(db, clock, FileStore(folder)),
        anna=await actor(anna_id),
        account=await account_of(session, anna_id),
        irina=await actor(await named("Кузнецова", "Ирина")),
        mother=await actor(mother_id),
        deputy=await actor(deputy_id),
        course_id=course_id,
        group_id=group_id,
        pupil_id=pupil_id,
        past=await past_of(session, course_id, moment),
        today=moment.date(),
    )
