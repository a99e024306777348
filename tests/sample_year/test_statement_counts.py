"""A screen costs the same number of statements in the second week and at the end of a full year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.screens import SCREENS, Reader, past_of
from bot.services import Services, build_services
from db.engine import Database
from db.enums import StaffRole
from db.models import Mark
from db.queries import sample_year
from services.files import FileStore
from tests.statements import Statements
from tests.world import YEAR_START, FakeClock, Story, moment, story

SECOND_WEEK, LATE_IN_MAY = date(2026, 9, 14), date(2027, 5, 24)


async def reader_on(session: AsyncSession, services: Services, people: Story, today: date) -> Reader:
    """The story's people on a day at 10:17."""
    now = moment("10:17", today)
    deputy = await people.world.employ(await people.world.person("Громова Галина"), StaffRole.DEPUTY)
    return Reader(
        services=services,
        anna=await people.world.actor(people.anna, now),
        account=await people.world.account_of(people.anna),
        irina=await people.world.actor(people.irina, now),
        mother=await people.world.actor(people.mother, now),
        deputy=await people.world.actor(deputy, now),
        course_id=people.algebra,
        group_id=people.group,
        pupil_id=people.ivanov,
        past=await past_of(session, people.algebra, now),
        today=today,
    )


async def test_no_screen_asks_more_of_a_full_year(
    db: Database, session: AsyncSession, clock: FakeClock, tmp_path: Path, statements: Statements
) -> None:
    people = await story(session)
    for weekday in range(2, 6):
        await people.world.slot(people.algebra, people.anna, 3, weekday=weekday)
    services = build_services(db, clock, FileStore(tmp_path))

    async def counted(today: date, since: date) -> dict[str, int]:
        clock.set("10:17", today)
        school_id = people.world.school_id
        await sample_year.fill(session, school_id, since, today, until=clock.now())
        reader = await reader_on(session, services, people, today)
        taken = {}
        for name, show in SCREENS.items():
            await show(reader)
            statements.taken()
            await show(reader)
            taken[name] = statements.taken()
        return taken

    few = await counted(SECOND_WEEK, YEAR_START)
    marks = len((await session.scalars(select(Mark.work_id))).all())
    many = await counted(LATE_IN_MAY, date(2026, 9, 15))
    assert len((await session.scalars(select(Mark.work_id))).all()) > 10 * marks
    assert few == many
    assert many.pop("week") <= 15, "all of a week, each part in one statement"
    assert max(many.values()) <= 12
