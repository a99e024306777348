"""A back-up that an older program has made."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import text

from bot.cli import main
from db.engine import Database
from db.migrate import alembic_config, upgrade
from tests.backup.conftest import Installation, connected, fingerprint, new_database
from tests.schools.test_upgrading import fill_every_table

FIRST = "0005"
"""Before this schema there were no back-ups."""
_NEWEST_FIRST = [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()]
NEWEST, *OLDER = _NEWEST_FIRST[: _NEWEST_FIRST.index(FIRST) + 1]
WHAT_IS_LOOKED_AT = (
    "update school set timezone = 'Europe/Moscow'",
    "update stored_file set sha256 = repeat('a', 64)",
    "delete from backup",
)


@pytest.mark.parametrize("revision", OLDER)
async def test_a_back_up_of_every_older_schema_is_restored_and_brought_up_to_date(
    school: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, revision: str
) -> None:
    key = tmp_path / "key.txt"
    key.write_text(str(school.identity))
    monkeypatch.chdir(tmp_path)
    async with new_database(school.db.url) as old, new_database(school.db.url) as new:
        await upgrade(old, revision)
        async with connected(old) as connection, connection.begin():
            await connection.execute(text("set local session_replication_role = replica"))
            await connection.run_sync(fill_every_table)
            for change in WHAT_IS_LOOKED_AT:
                await connection.execute(text(change))
        before = await fingerprint(old)
        made = await replace(school, db=Database(old)).back_up()

        monkeypatch.setenv("ZVONOK_DATABASE_URL", new)
        restore = ["backup", "restore", str(made.path), "--identity", str(key)]
        result = await asyncio.to_thread(CliRunner().invoke, main, restore)

        assert result.exit_code == 0, result.output
        async with connected(new) as connection:
            assert await connection.scalar(text("select version_num from alembic_version")) == NEWEST
        after = await fingerprint(new)
    assert (before["school"], before["mark"]) == (after["school"], after["mark"])
