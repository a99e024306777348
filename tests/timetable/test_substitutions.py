"""A substitute has the lesson's rights for that lesson only (S5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import AttendanceStatus, StaffRole
from services.attendance import AttendanceService
from services.errors import InvalidInput, NotFound
from services.lessons import LessonService
from services.substitutions import SubstitutionService
from tests.world import MONDAY, FakeClock, Story, story


@pytest.fixture
async def people(session: AsyncSession) -> Story:
    return await story(session)


@pytest.fixture
def substitutions(db: Database, clock: FakeClock) -> SubstitutionService:
    return SubstitutionService(db, clock)


async def deputy_of(people: Story) -> int:
    return await people.world.employ(await people.world.person("Громова Вера Ильинична"), StaffRole.DEPUTY)


async def test_the_substitute_keeps_that_register_and_no_other(
    people: Story, substitutions: SubstitutionService, db: Database, clock: FakeClock
) -> None:
    deputy = await people.world.actor(await deputy_of(people))
    where = {"course_id": people.algebra, "day": MONDAY, "number": 3}
    await substitutions.enter(actor=deputy, substitute_id=people.belova, **where)
    belova = await people.world.actor(people.belova)
    lessons, attendance = LessonService(db, clock), AttendanceService(db, clock)
    today = await lessons.day(actor=belova)
    assert [row.number for row in today.lessons] == [3, 4]
    lesson = today.lessons[0].lesson_id
    await attendance.open(actor=belova, lesson_id=lesson)
    await attendance.set_cell(
        account=await people.world.account_of(people.belova),
        lesson_id=lesson,
        pupil_id=people.ivanov,
        status=AttendanceStatus.ABSENT,
    )
    next_week = await lessons.day(actor=belova, day=MONDAY + timedelta(days=7))
    assert [row.number for row in next_week.lessons] == [4]
    await substitutions.revoke(actor=deputy, **where)
    with pytest.raises(NotFound):
        await attendance.open(actor=belova, lesson_id=lesson)


async def test_a_lesson_the_timetable_does_not_have_cannot_be_substituted(
    people: Story, substitutions: SubstitutionService
) -> None:
    deputy = await people.world.actor(await deputy_of(people))
    with pytest.raises(NotFound):
        await substitutions.enter(
            actor=deputy, course_id=people.algebra, day=MONDAY, number=6, substitute_id=people.belova
        )


async def test_a_busy_teacher_cannot_substitute(people: Story, substitutions: SubstitutionService) -> None:
    deputy = await people.world.actor(await deputy_of(people))
    await people.world.slot(people.algebra, people.anna, 4, weekday=2)
    other = await people.world.course("История", people.irina, await people.world.group("8А", 8))
    await people.world.slot(other, people.irina, 3)
    with pytest.raises(InvalidInput):
        await substitutions.enter(
            actor=deputy, course_id=people.algebra, day=MONDAY, number=3, substitute_id=people.irina
        )


@pytest.mark.parametrize("who", ["anna", "irina", "mother"])
async def test_only_the_management_enters_substitutions(
    who: str, people: Story, substitutions: SubstitutionService
) -> None:
    actor = await people.world.actor(getattr(people, who))
    with pytest.raises(NotFound):
        await substitutions.enter(
            actor=actor, course_id=people.algebra, day=MONDAY, number=3, substitute_id=people.belova
        )
