"""Connections that the server ends."""

from __future__ import annotations

from sqlalchemy import text

from db.engine import Executor

_HOLDERS = text(
    "select pg_terminate_backend(pid, 5000) from pg_locks join pg_database on pg_database.oid = database"
    " where datname = current_database() and locktype = 'advisory'"
    " and (cast(:lock as int) is null or objid = cast(:lock as oid))"
)

_OTHERS = text(
    "select pg_terminate_backend(pid, 20000) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)


async def lose_who_holds(session: Executor, lock: int | None = None) -> None:
    """End every connection to this database that holds the advisory lock, or any; those of other databases
    belong to tests that run meanwhile."""
    await session.execute(_HOLDERS, {"lock": lock})


async def lose_all(session: Executor) -> None:
    """End every connection to this database but the session's own; when this returns, they are gone."""
    await session.execute(_OTHERS)
