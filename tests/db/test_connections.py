"""What every connection of ours asks of its server, the embedded one and a school's own."""

from __future__ import annotations

from sqlalchemy import text

from db.engine import Database


async def test_statements_are_not_compiled_and_indexes_not_shunned(database_url: str) -> None:
    database = Database(database_url)
    async with database.statement() as connection:
        settings = await connection.execute(
            text("select current_setting('jit'), current_setting('random_page_cost')")
        )
        assert settings.one() == ("off", "1.1")
    await database.close()
