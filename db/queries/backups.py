"""The record of back-ups, and the one picture of the database that a back-up is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, column, func, insert, literal, select, table, text, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from db.engine import Executor
from db.enums import BackupState
from db.models import Backup, School
from db.queries.locks import setting

_LOCK = 0x5A_56_42_55
"""Any number that nobody else locks with."""
_CLOCKS_DIFFER = timedelta(hours=1)
"""At most. What is of later than that was written down while a clock was ahead, and says nothing of today."""


@dataclass(frozen=True, slots=True)
class BackupRow:
    id: int
    started_at: datetime
    finished_at: datetime | None
    state: BackupState
    problem: str | None
    file: str | None
    size: int | None
    lost_files: int | None
    is_copied: bool | None
    verified_at: datetime | None
    is_sound: bool | None


_ROW = select(*(getattr(Backup, name) for name in BackupRow.__slots__))
_newest_first = Backup.started_at.desc(), Backup.id.desc()


async def newest(session: Executor, now: datetime, *states: BackupState) -> BackupRow | None:
    """The last run until `now` that is in one of these states."""
    known = _ROW.where(Backup.state.in_(states), Backup.started_at <= now + _CLOCKS_DIFFER)
    found = await session.execute(known.order_by(*_newest_first).limit(1))
    row = found.one_or_none()
    return None if row is None else BackupRow(*row)


async def last_verified(session: Executor, now: datetime) -> BackupRow | None:
    """The one that was restored for a trial most recently, until `now`."""
    known = _ROW.where(Backup.verified_at <= now + _CLOCKS_DIFFER)
    found = await session.execute(known.order_by(Backup.verified_at.desc()).limit(1))
    row = found.one_or_none()
    return None if row is None else BackupRow(*row)


async def by_file(session: Executor, files: Sequence[str]) -> dict[str, BackupRow]:
    rows = await session.execute(_ROW.where(Backup.file.in_(files)))
    return {row.file: BackupRow(*row) for row in rows}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the strictest of the schools asks for; None while there is no school."""

    every_days: int | None
    timezone: str | None
    """Of the oldest school."""


async def wanted(session: Executor, backup_days_by_preset: dict[str, int]) -> Wanted:
    oldest = select(School.timezone).order_by(School.id).limit(1).correlate(None).scalar_subquery()
    found = await session.execute(
        select(func.min(setting("backup_days")), oldest).select_from(School),
        {"backup_days_by_preset": backup_days_by_preset},
    )
    return Wanted(*found.one())


async def begin(session: AsyncSession, now: datetime, interrupted: str) -> int:
    """A new run. Only with the lock: what still runs according to its row has been interrupted."""
    await session.execute(
        update(Backup)
        .where(Backup.state == BackupState.RUNNING)
        .values(state=BackupState.FAILED, problem=interrupted, finished_at=now)
    )
    new = insert(Backup).values(started_at=now, state=BackupState.RUNNING).returning(Backup.id)
    return (await session.execute(new)).scalar_one()


async def finish(session: AsyncSession, backup_id: int, state: BackupState, **values: Any) -> None:
    await session.execute(update(Backup).where(Backup.id == backup_id).values(state=state, **values))


async def record_trial(session: AsyncSession, file: str, *, now: datetime, is_sound: bool) -> None:
    """A file that another installation has made has no row, and nothing is recorded."""
    await session.execute(
        update(Backup).where(Backup.file == file).values(verified_at=now, is_sound=is_sound)
    )


async def lock(connection: AsyncConnection) -> bool:
    """Whether nobody else makes or tries a back-up until this transaction ends."""
    return bool(await connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))))


async def export(connection: AsyncConnection) -> str:
    """The name by which pg_dump sees exactly what this transaction sees, as long as it lasts."""
    return str(await connection.scalar(text("select pg_export_snapshot()")))


async def revision(connection: AsyncConnection) -> str:
    """Of the schema."""
    return str(await connection.scalar(text("select version_num from public.alembic_version")))


async def row_counts(connection: AsyncConnection) -> dict[str, int]:
    """By table, whatever tables there are."""
    names = await connection.scalars(
        text(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
            " order by relname"
        )
    )
    counts = (
        select(literal(name).label("name"), func.count().label("rows")).select_from(
            table(name, schema="public")
        )
        for name in names.all()
    )
    return {row[0]: row[1] for row in await connection.execute(union_all(*counts))}


async def contents(connection: AsyncConnection) -> list[str]:
    """The hashes of all files that people sent."""
    hashes = await connection.scalars(
        select(column("sha256", Text))
        .select_from(table("stored_file", schema="public"))
        .distinct()
        .order_by("sha256")
    )
    return list(hashes)


async def server_major(connection: AsyncConnection) -> int:
    """15 for 15.4."""
    number = await connection.scalar(text("select current_setting('server_version_num')::int / 10000"))
    return int(number or 0)
