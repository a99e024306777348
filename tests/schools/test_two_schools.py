"""The first wall: an account is somebody in one school, and in another somebody else or nobody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import AttendanceStatus
from services.access.binding import BindingService
from services.access.compromise import CompromiseService
from services.access.door import ATTEMPTS, EntryRefused
from services.access.identity import actor_of
from services.access.invitations import InvitationService
from services.actor import Account
from services.attendance import AttendanceService
from services.errors import NotFound
from services.importing.service import ImportService
from services.schools import create
from tests.access.people import School, staffed_school, stranger
from tests.attendance.test_register import lesson_of
from tests.importing.small_school import SmallSchool
from tests.schools.conftest import TABLES, condition
from tests.world import FakeClock


@dataclass(slots=True)
class Mother:
    """Of a child in each of two schools: one phone, two cards, two bots."""

    db: Database
    clock: FakeClock
    schools: list[School]
    accounts: list[Account]

    def bindings(self, place: int) -> BindingService:
        return BindingService(self.db.of(self.accounts[place].school_id), self.clock)

    async def code(self, place: int) -> str:
        school = self.schools[place]
        irina = await school.world.actor(school.story.irina)
        invitations = InvitationService(self.db.of(school.world.school_id), self.clock)
        return (await invitations.show(actor=irina, person_id=school.story.mother)).code

    async def enter(self, place: int) -> None:
        account, bindings = self.accounts[place], self.bindings(place)
        challenge = await bindings.present_code(account=account, typed=await self.code(place))
        await bindings.prove_by_phone(account=account, invitation_id=challenge.invitation_id, typed="0001")

    async def person(self, place: int) -> int | None:
        async with self.db.of(self.accounts[place].school_id).statement() as session:
            actor = await actor_of(session, self.accounts[place], self.clock.now())
        return None if actor is None else actor.person_id


@pytest.fixture
async def mother(db: Database, session: AsyncSession, clock: FakeClock) -> Mother:
    schools = [await staffed_school(session) for _ in range(2)]
    phone = stranger(schools[0].world.school_id)
    return Mother(db, clock, schools, [phone, replace(phone, school_id=schools[1].world.school_id)])


async def test_a_parent_of_children_in_two_schools_is_in_both(mother: Mother) -> None:
    await mother.enter(0)
    assert await mother.person(1) is None
    await mother.enter(1)
    assert [await mother.person(place) for place in (0, 1)] == [
        school.story.mother for school in mother.schools
    ]


async def test_a_code_of_another_school_is_a_wrong_code(mother: Mother) -> None:
    for typed in (await mother.code(1), "WWWW-WWWW-WW"):
        with pytest.raises(EntryRefused):
            await mother.bindings(0).present_code(account=mother.accounts[0], typed=typed)


async def test_an_invitation_of_another_school_is_not_found_by_its_number(mother: Mother) -> None:
    code = await mother.code(1)
    challenge = await mother.bindings(1).present_code(account=mother.accounts[1], typed=code)
    with pytest.raises(EntryRefused):
        await mother.bindings(0).prove_by_phone(
            account=mother.accounts[0], invitation_id=challenge.invitation_id, typed="0001"
        )


async def test_wrong_codes_close_the_door_of_one_school_alone(mother: Mother) -> None:
    for _ in range(ATTEMPTS):
        with pytest.raises(EntryRefused):
            await mother.bindings(0).present_code(account=mother.accounts[0], typed="WWWW-WWWW-WW")
    await mother.enter(1)


async def test_access_that_is_closed_in_one_school_stays_open_in_the_other(mother: Mother) -> None:
    await mother.enter(0)
    await mother.enter(1)
    irina = await mother.schools[0].world.actor(mother.schools[0].story.irina)
    compromises = CompromiseService(mother.db.of(irina.school_id), mother.clock)
    await compromises.report(actor=irina, person_id=mother.schools[0].story.mother)
    assert [await mother.person(place) for place in (0, 1)] == [None, mother.schools[1].story.mother]


async def test_where_no_school_is_an_account_is_nobody_and_no_code_fits(mother: Mother) -> None:
    nowhere = replace(mother.accounts[0], school_id=None)
    await mother.enter(0)
    for db in (mother.db, mother.db.of(None)):
        async with db.statement() as session:
            assert await actor_of(session, nowhere, mother.clock.now()) is None
        with pytest.raises(EntryRefused):
            await BindingService(db, mother.clock).present_code(account=nowhere, typed=await mother.code(1))


async def test_a_teachers_tap_through_another_schools_bot_finds_no_lesson(
    db: Database, mother: Mother, clock: FakeClock
) -> None:
    world, people = mother.schools[0].world, mother.schools[0].story
    anna = await world.actor(people.anna)
    lesson_id = await lesson_of(db, clock, people, people.anna, 3)
    await AttendanceService(db, clock).open(actor=anna, lesson_id=lesson_id)
    account = await world.account_of(people.anna)
    tap: dict[str, Any] = {
        "lesson_id": lesson_id,
        "pupil_id": people.ivanov,
        "status": AttendanceStatus.ABSENT,
    }
    elsewhere = replace(account, school_id=mother.schools[1].world.school_id)
    with pytest.raises(NotFound):
        await AttendanceService(db, clock).set_cell(account=elsewhere, **tap)
    await AttendanceService(db, clock).set_cell(account=account, **tap)


async def test_an_import_into_one_school_touches_no_other(
    db: Database, session: AsyncSession, clock: FakeClock, tmp_path: Path
) -> None:
    other = (await staffed_school(session)).world.school_id

    async def everything() -> dict[str, list[Any]]:
        return {table.name: await _rows(session, table, other) for table in TABLES}

    before = await everything()
    values = {"name": "Вторая", "short_name": "Вторая", "timezone": "Asia/Omsk", "preset": "kasli"}
    school_id = await create(session, values)
    await session.flush()
    path = SmallSchool().folder(tmp_path / "school")
    for _ in range(2):
        result = await ImportService(db, clock).import_file(path, school_id)
        assert result.errors == []
    assert await everything() == before


async def _rows(session: AsyncSession, table: Table, school_id: int) -> list[Any]:
    rows = await session.execute(
        text(f"select {table.name}::text from {table.name} where {condition(table)} order by 1"),
        {"school_id": school_id},
    )
    return list(rows.scalars())
