"""The wall between schools: a role of the server that sees the rows of one school and no others.

Policies come with the migrations; a role belongs to the whole server, and not every login may make one.
Why so: docs/decisions/0015-several-schools.md.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

ROLE = "zvonok_school"
TAG = "zvonok.school"
"""The setting of a connection that says whose it is; a connection of ROLE without it sees no school."""

# Two processes that raise it in one database; any constant that nobody else uses will do.
_WALL_LOCK = 0x57_41_4C_4C

# Processes with other databases of the server may be a moment faster. Whoever may not do it goes on without.
_MAKE_ROLE = f"""
do $$ begin
    if to_regrole('{ROLE}') is null then
        create role {ROLE} nologin;
    end if;
exception when duplicate_object or unique_violation or insufficient_privilege then null;
end $$
"""
_MAY_TAKE_ROLE = f"""
do $$ declare
    version int := current_setting('server_version_num');
begin
    if not pg_has_role('{ROLE}', case when version < 160000 then 'member' else 'set' end) then
        execute format('grant {ROLE} to %I', current_user);
    end if;
exception when unique_violation or undefined_object or insufficient_privilege then null;
end $$
"""
# A table without a policy stays its owner's alone.
_GRANT = f"""
do $$ declare
    walled regclass;
begin
    if not has_schema_privilege('{ROLE}', current_schema(), 'usage') then
        execute format('grant usage on schema %I to {ROLE}', current_schema());
    end if;
    for walled in select distinct polrelid from pg_policy loop
        if not has_table_privilege('{ROLE}', walled, 'delete') then
            execute format('grant select, insert, update, delete on %s to {ROLE}', walled);
        end if;
    end loop;
exception when undefined_object or insufficient_privilege then null;
end $$
"""  # noqa: S608 - the name of the role is ours
_STANDS = """
select bool_and(row_security_active(polrelid) and has_table_privilege(polrelid, 'delete')) from pg_policy
"""


async def raise_wall(url: str) -> bool:
    """Make of it what is missing, where the login may. Whether it stands.

    To be called after the migrations; by several processes at once if need be, with one database or with
    several of one server.
    """
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _WALL_LOCK})
            for step in (_MAKE_ROLE, _MAY_TAKE_ROLE, _GRANT):
                await connection.execute(text(step))
        async with engine.begin() as connection:
            return await wall_stands(connection)
    finally:
        await engine.dispose()


async def wall_stands(connection: AsyncConnection | AsyncSession) -> bool:
    """Whether this login can be held to one school."""
    try:
        async with connection.begin_nested() as attempt:
            await connection.execute(text(f"set local role {ROLE}"))
            stands = bool(await connection.scalar(text(_STANDS)))
            await attempt.rollback()
    except DBAPIError:
        return False
    return stands
