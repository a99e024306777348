"""The second wall: what PostgreSQL shows to a school, whatever a statement asks for."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from sqlalchemy import Table, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import Base, Person
from tests.schools.conftest import OF_NO_SCHOOL, TABLES, condition, fill
from tests.world import new_school


async def count(session: AsyncSession, table: Table, school_id: int) -> int:
    query = text(f"select count(*) from {table.name} where {condition(table)}")
    return int((await session.scalars(query, {"school_id": school_id})).one())


async def test_a_school_finds_its_own_rows_and_none_of_another(
    db: Database, two_schools: tuple[int, int]
) -> None:
    own, other = two_schools
    async with db.of(own).transaction() as session:
        assert [table.name for table in TABLES if await count(session, table, own) != 1] == []
        assert [table.name for table in TABLES if await count(session, table, other) != 0] == []
    async with db.of(None).transaction() as session:
        assert [table.name for table in TABLES if await count(session, table, own) != 0] == []


async def test_a_school_changes_and_removes_nothing_of_another(
    db: Database, two_schools: tuple[int, int]
) -> None:
    own, other = two_schools
    touched = []
    async with db.of(own).transaction() as session:
        for table in TABLES:
            column = next(one.name for one in table.columns if not one.computed and not one.identity)
            for change in (f"update {table.name} set {column} = {column}", f"delete from {table.name}"):
                statement = text(f"{change} where {condition(table)} returning 1")
                if (await session.scalars(statement, {"school_id": other})).all():
                    touched.append(change)
    assert touched == []
    async with db.transaction() as session:
        assert [table.name for table in TABLES if await count(session, table, other) != 1] == []


@pytest.mark.parametrize("nobody", [False, True], ids=["another school", "nobody"])
async def test_a_row_of_another_school_cannot_be_written(
    db: Database, two_schools: tuple[int, int], nobody: bool
) -> None:
    own, other = two_schools
    async with db.transaction() as session:
        # Triggers would find no parent, and refuse the row for that.
        await session.execute(text("set local session_replication_role = replica"))
        for table in TABLES:
            with pytest.raises(DBAPIError, match=f'row-level security policy for table "{table.name}"'):
                async with db.of(None if nobody else own).transaction() as inside:
                    await fill(inside, table, None if table.name == "school" else other)


def test_every_table_is_of_a_school_or_known_to_be_of_none() -> None:
    without = {table.name for table in Base.metadata.tables.values() if "school_id" not in table.columns}
    assert without - OF_NO_SCHOOL == {"school"}


@pytest.mark.parametrize("name", sorted(OF_NO_SCHOOL))
async def test_what_is_the_installations_own_cannot_be_written_by_a_school(
    db: Database, two_schools: tuple[int, int], name: str
) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|row-level security"):
        async with db.of(two_schools[0]).transaction() as session:
            await fill(session, Base.metadata.tables[name], None)


@pytest.mark.parametrize("name", ["school_bot", "alembic_version"])
async def test_tokens_cannot_be_read_by_a_school(
    db: Database, two_schools: tuple[int, int], name: str
) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with db.of(two_schools[0]).transaction() as session:
            await session.execute(text(f"select * from {name}"))


@pytest.mark.parametrize(
    "unlocking",
    [
        "alter table audit disable trigger all",
        "drop table audit",
        "set local session_replication_role = replica",
    ],
)
async def test_history_cannot_be_unlocked_by_a_school(
    db: Database, two_schools: tuple[int, int], unlocking: str
) -> None:
    """ASVS 16.4.2."""
    with pytest.raises(DBAPIError, match=r"must be owner|permission denied"):
        async with db.of(two_schools[0]).transaction() as session:
            await session.execute(text(unlocking))


async def test_a_row_has_the_school_of_what_it_belongs_to(db: Database) -> None:
    async with db.transaction() as session:
        world, other = await new_school(session), await new_school(session)
        pupil = await world.person("Иванов Пётр")
        insert = text(
            "insert into office_hours (person_id, weekday, opens, closes, school_id)"
            " values (:pupil, 1, '08:00', '09:00', :school_id) returning school_id"
        )
        claimed = await session.scalar(insert, {"pupil": pupil, "school_id": other.school_id})
    assert claimed == world.school_id


async def test_a_row_cannot_hang_on_another_schools(db: Database) -> None:
    async with db.transaction() as session:
        world, other = await new_school(session), await new_school(session)
        pupil = await world.person("Иванов Пётр")
    with pytest.raises(DBAPIError, match="row-level security"):
        async with db.of(other.school_id).transaction() as session:
            await session.execute(
                text(
                    "insert into office_hours (person_id, weekday, opens, closes)"
                    " values (:pupil, 1, '08:00', '09:00')"
                ),
                {"pupil": pupil},
            )


async def test_connections_that_change_hands_never_show_another_school(
    database_url: str, committed_db: Database
) -> None:
    people = {}
    async with committed_db.transaction() as session:
        for number in range(5):
            world = await new_school(session)
            people[world.school_id] = {await world.person(f"Иванов {one}") for one in range(number + 1)}
    database, dice = Database(database_url, pool_size=2, walled=True), Random(5)

    async def look(school_id: int) -> None:
        own, query = database.of(school_id), select(Person.id)
        match dice.randrange(4):
            case 0:
                async with own.statement() as connection:
                    seen = set(await connection.scalars(query))
            case 1:
                async with own.transaction() as session:
                    seen = set(await session.scalars(query))
            case 2:
                seen = await _look_and_fail(own)
            case _:
                slow = asyncio.create_task(_look_slowly(own))
                await asyncio.sleep(dice.random() / 200)
                slow.cancel()
                return
        assert seen == people[school_id]

    await asyncio.gather(*(look(dice.choice(list(people))) for _ in range(400)))
    async with database.of(None).statement() as connection:
        assert await connection.scalar(select(func.count()).select_from(Person)) == 0
    await database.close()


async def _look_and_fail(own: Database) -> set[int]:
    """What is rolled back may not bring back the school that the connection had before."""
    seen: set[int] = set()
    with pytest.raises(DBAPIError):  # noqa: PT012 - the error is to end the transaction
        async with own.transaction() as session:
            seen = set(await session.scalars(select(Person.id)))
            await session.execute(text("select 1/0"))
    return seen


async def _look_slowly(own: Database) -> None:
    async with own.statement() as connection:
        await connection.execute(text("select pg_sleep(0.003)"))
