"""Databases for the benchmarks: an empty one, and one with the demo school where everybody has an account."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, event, insert, literal, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from db.engine import Database
from db.enums import BindingState, Channel
from db.migrate import upgrade
from db.models import Binding, Person
from db.wall import raise_wall
from sandbox.make_school import SCHOOL
from services.actor import Account
from services.clock import Clock
from services.importing.service import ImportService

MONDAY_10_17 = datetime(2026, 9, 14, 10, 17, tzinfo=ZoneInfo("Europe/Moscow"))
ACCOUNTS_FROM = 1_000_000
"""A person's account and chat is this number plus the person's id."""


class Place:
    """A PostgreSQL server (`url`: any database of it, as its owner) and copies of two prepared databases."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._prefix = f"bench_{self._url.database}"
        self._numbers = count(1)
        self.clock = Clock(MONDAY_10_17)

    async def prepare(self) -> None:
        """Make the databases that the others are copied from."""
        await self._run(f"create database {self._named('empty')}")
        await upgrade(self._url_of(self._named("empty")))
        assert await raise_wall(self._url_of(self._named("empty")))
        await self._run(f"create database {self._named('school')} template {self._named('empty')}")
        db = Database(self._url_of(self._named("school")))
        imported = await ImportService(db, self.clock).import_file(SCHOOL)
        assert imported.ok, imported.errors
        await bind_everybody(db)
        await db.close()

    async def clear(self) -> None:
        """Drop the prepared databases again."""
        for name in ("school", "empty"):
            await self._run(f"drop database {self._named(name)}")

    @asynccontextmanager
    async def school(self) -> AsyncIterator[Database]:
        """The demo school, everybody bound."""
        async with self._copy_of("school") as db:
            yield db

    @asynccontextmanager
    async def empty(self) -> AsyncIterator[Database]:
        """Only the schema."""
        async with self._copy_of("empty") as db:
            yield db

    async def rest(self, db: Database) -> None:
        """Let the server do now what so many writes make it do, and not while something is measured."""
        async with db.statement() as connection:
            await connection.execute(text("vacuum (analyze)"))
        async with db.statement() as connection:
            await connection.execute(text("checkpoint"))

    async def server_version(self) -> str:
        return str(await self._run("show server_version")).split()[0]

    @asynccontextmanager
    async def _copy_of(self, template: str) -> AsyncIterator[Database]:
        name = self._named(str(next(self._numbers)))
        await self._run(f"create database {name} template {self._named(template)}")
        db = Database(self._url_of(name), walled=True)
        try:
            yield db
        finally:
            await db.close()
            await self._run(f"drop database {name} with (force)")

    def _named(self, name: str) -> str:
        return f"{self._prefix}_{name}"

    def _url_of(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    async def _run(self, statement: str) -> Any:
        engine = create_async_engine(self._url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            result = await connection.execute(text(statement))
            row = result.scalar_one() if result.returns_rows else None
        await engine.dispose()
        return row


async def bind_everybody(db: Database) -> None:
    """An account for every person that `db` shows: ACCOUNTS_FROM and their id."""
    async with db.transaction() as session:
        account = Person.id + ACCOUNTS_FROM
        holders = select(
            Person.school_id,
            Person.id,
            literal(Channel.TELEGRAM.value),
            account,
            account,
            literal(BindingState.ACTIVE.value),
            literal(MONDAY_10_17),
        )
        columns = [
            "school_id",
            "person_id",
            "channel",
            "external_user_id",
            "chat_id",
            "state",
            "bound_at",
        ]
        await session.execute(insert(Binding).from_select(columns, holders))


@contextmanager
def counted_statements() -> Iterator[Counter[str]]:
    """How often each statement is executed, on whichever connection."""
    statements: Counter[str] = Counter()

    def count_one(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements[statement] += 1

    event.listen(Engine, "before_cursor_execute", count_one)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", count_one)


async def account_of(session: AsyncSession, person_id: int) -> Account:
    school_id = (await session.scalars(select(Person.school_id).where(Person.id == person_id))).one()
    number = ACCOUNTS_FROM + person_id
    return Account(Channel.TELEGRAM, number, number, school_id)
