"""What is done to a database around the restoring of a back-up, as scripts for psql: they belong into the
transaction of the dump, which only psql can run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.outbox import RESTORED

EMPTY = """begin;
do $$ declare drop text; begin
    for drop in
        select format('drop table %s cascade', oid::regclass) from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace
    loop execute drop; end loop;
    for drop in
        select format('drop function %s cascade', oid::regprocedure) from pg_proc
        where pronamespace = 'public'::regnamespace and proowner = current_user::regrole
    loop execute drop; end loop;
end $$;
"""
"""Begins the transaction, and drops all that the migrations have made."""


@dataclass(frozen=True, slots=True)
class PastSlot:
    """A slot of a job that is not to be run late."""

    school_id: int
    job: str
    slot: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    messages: int
    """That waited in the outbox, and will not be sent."""
    updates: int
    """That waited in the inbox, and will not be answered."""
    conversations: int


def settling(now: datetime, past: Sequence[PastSlot]) -> str:
    """The rest of the transaction."""
    moment = _literal(now.isoformat())
    script = files("db.queries").joinpath("restored.sql").read_text("utf-8")
    script = script.replace(":now", moment).replace(":restored", _literal(RESTORED))
    rows = ",\n".join(
        f"({one.school_id}, {_literal(one.job)}, {_literal(one.slot.isoformat())}, 'done',"
        f" gen_random_uuid(), {moment}, 1, {moment}, {moment})"
        for one in past
    )
    done = (
        "insert into public.job_run"
        " (school_id, job, slot, state, claim_token, lease_until, attempts, started_at, finished_at)\n"
        f"values {rows}\n"
        "on conflict (school_id, job, slot) do update"
        " set state = excluded.state, finished_at = excluded.finished_at;\n"
    )
    return f"{script}\n{done if rows else ''}commit;\n"


def settled(printed: str) -> Settled:
    """What psql printed of `settling`, its columns parted by «|»."""
    lines = (line.split("|") for line in printed.splitlines())
    counts = {words[1]: int(words[2]) for words in lines if words[0] == "settled"}
    return Settled(**counts)


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


async def others(connection: AsyncConnection) -> int:
    """How many other connections this database has."""
    # Within a transaction it would give the same picture again and again.
    await connection.execute(text("select pg_stat_clear_snapshot()"))
    found = await connection.scalar(
        text(
            "select count(*) from pg_stat_activity where datname = current_database()"
            # PostgreSQL's own workers are nobody.
            " and pid <> pg_backend_pid() and usesysid is not null"
        )
    )
    return int(found or 0)


async def has_schools(connection: AsyncConnection) -> bool:
    """Whether there is anything that would be lost."""
    if await connection.scalar(text("select to_regclass('public.school')")) is None:
        return False
    return bool(await connection.scalar(text("select exists (select from public.school)")))
