"""The role is made where the login may, and asked for where it may not."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.commands.doctor import wall_check
from bot.postgres import THROWAWAY, EmbeddedPostgres
from db.engine import Database
from db.migrate import upgrade
from db.models import Person
from db.wall import ROLE, raise_wall
from tests.world import new_school

LOGIN = "zvonok_of_a_school"


@asynccontextmanager
async def _admin(url: URL) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


@pytest.fixture
async def own_server() -> AsyncIterator[URL]:
    """A server of the school's own, as its administrator; LOGIN owns a database there and is nobody else."""
    with tempfile.TemporaryDirectory(prefix="zvonok-tests-") as folder:
        async with EmbeddedPostgres(Path(folder), settings=THROWAWAY) as address:
            url = make_url(address)
            async with _admin(url) as admin:
                hba = await admin.scalar(text("show hba_file"))
                await admin.execute(text(f"copy (select 'local all all trust') to '{hba}'"))
                await admin.execute(text("select pg_reload_conf()"))
                await admin.execute(text(f"create role {LOGIN} login"))
                await admin.execute(text(f"create database {LOGIN} owner {LOGIN}"))
            yield url


async def test_a_login_that_may_not_make_the_role_works_without_the_wall_until_it_has_it(
    own_server: URL,
) -> None:
    url = own_server.set(username=LOGIN, database=LOGIN).render_as_string(hide_password=False)
    await upgrade(url)
    assert not await raise_wall(url)
    async with _admin(own_server) as admin:
        await admin.execute(text(f"create role {ROLE} nologin"))
        assert not await raise_wall(url)
        await admin.execute(text(f"grant {ROLE} to {LOGIN}"))
    assert await raise_wall(url)
    await _schools_are_kept_apart(url)


async def test_a_login_that_may_make_roles_needs_nobody(own_server: URL) -> None:
    async with _admin(own_server) as admin:
        await admin.execute(text(f"alter role {LOGIN} createrole"))
    url = own_server.set(username=LOGIN, database=LOGIN).render_as_string(hide_password=False)
    await upgrade(url)
    assert await raise_wall(url)
    await _schools_are_kept_apart(url)


async def _schools_are_kept_apart(url: str) -> None:
    database = Database(url, walled=True)
    async with database.transaction() as session:
        first, second = await new_school(session), await new_school(session)
        ivanov = await first.person("Иванов Пётр")
    seen = []
    for school_id in (first.school_id, second.school_id):
        async with database.of(school_id).transaction() as session:
            seen.append(list(await session.scalars(select(Person.id))))
    assert seen == [[ivanov], []]
    await database.close()


async def test_several_processes_raise_it_at_once(database_url: str) -> None:
    assert all(await asyncio.gather(*(raise_wall(database_url) for _ in range(5))))


async def test_without_the_wall_the_whole_database_is_seen(database_url: str) -> None:
    database = Database(database_url)
    assert database.of(1) is database
    await database.close()


@pytest.mark.parametrize(
    ("stands", "schools", "fine"), [(True, 2, True), (False, 1, True), (False, 2, False)]
)
def test_the_doctor_minds_a_missing_wall_where_there_are_several_schools(
    stands: bool, schools: int, fine: bool
) -> None:
    check = wall_check(stands, schools)
    assert check.ok is fine
    assert stands or f"CREATE ROLE {ROLE}" in check.text
