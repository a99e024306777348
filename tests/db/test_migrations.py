"""Migrations go up, down and up again, and end where the models are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from db.engine import Database
from db.migrate import alembic_config, upgrade
from db.models import AuditEntry, Base
from tests.world import moment, new_school


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An empty database beside the worker's own."""
    url = make_url(database_url)
    name = f"{url.database}_stairs"
    admin = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with admin.connect() as connection:
        await connection.execute(text(f'create database "{name}"'))
    engine = create_async_engine(url.set(database=name), poolclass=NullPool)
    yield engine
    await engine.dispose()
    async with admin.connect() as connection:
        await connection.execute(text(f'drop database "{name}"'))
    await admin.dispose()


async def test_every_step_goes_up_down_and_up(empty: AsyncEngine) -> None:
    revisions = [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()]
    for revision in reversed(revisions):
        for step, target in (
            (command.upgrade, revision),
            (command.downgrade, "-1"),
            (command.upgrade, revision),
        ):
            async with empty.begin() as connection:
                await connection.run_sync(lambda sync, s=step, t=target: s(alembic_config(sync), t))


async def test_migrations_make_exactly_the_models(empty: AsyncEngine) -> None:
    def differences(connection: Connection) -> list[Any]:
        return compare_metadata(
            MigrationContext.configure(connection, opts={"compare_server_default": True}), Base.metadata
        )

    await upgrade(empty.url.render_as_string(hide_password=False))
    async with empty.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_history_cannot_be_changed(db: Database) -> None:
    async with db.transaction() as session:
        world = await new_school(session)
        await world.add(
            AuditEntry,
            school_id=world.school_id,
            at=moment("10:17"),
            action="attendance.set",
            subject_type="lesson",
            subject_id=1,
        )
    for change in ("update audit set action = 'nothing'", "delete from audit", "truncate audit"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with db.transaction() as session:
                await session.execute(text(change))
