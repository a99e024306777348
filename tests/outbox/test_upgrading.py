"""What an older schema knew of messages whose outcome nobody knows."""

from __future__ import annotations

from typing import Any

from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.migrate import alembic_config
from tests.backup.conftest import connected, new_database

BEFORE, COUNTED = "0006", "0007"
"""What may have arrived was said by a reason; now it is counted."""
ROWS: dict[str, tuple[str, str | None, int | None]] = {
    "is to be repeated": ("queued", "repeat", None),
    "is being repeated": ("claimed", "repeat", None),
    "arrived as a repeat": ("sent", "repeat", 7),
    "lost": ("unknown", "no_answer", None),
    "lost edit": ("unknown", "no_answer", 7),
    "waits": ("queued", None, None),
    "too late": ("skipped", "expired", None),
}
"""State, reason and number in the chat."""


async def move(connection: AsyncConnection, up: bool, revision: str) -> None:
    step = command.upgrade if up else command.downgrade
    await connection.run_sync(lambda sync: step(alembic_config(sync), revision))


async def stored(connection: AsyncConnection, what: str) -> dict[str, Any]:
    rows = await connection.execute(text(f"select dedup_key, {what} from outbox"))
    return {key: tuple(values) for key, *values in rows}


async def test_what_may_have_arrived_is_still_known_after_the_upgrade_and_back(database_url: str) -> None:
    async with new_database(database_url) as url, connected(url) as connection:
        await move(connection, True, BEFORE)
        await connection.execute(text("set session_replication_role = replica"))
        for key, (state, reason, external_ref) in ROWS.items():
            await connection.execute(
                text(
                    "insert into outbox (dedup_key, state, reason, external_ref, school_id, binding_id, kind,"
                    " payload, priority, not_before, revision, sent_revision, attempts, created_at)"
                    " values (:key, :state, :reason, :external_ref, 1, 1, 'absence_alert',"
                    " '{}', 0, now(), 1, 1, 1, now())"
                ),
                {"key": key, "state": state, "reason": reason, "external_ref": external_ref},
            )

        await move(connection, True, COUNTED)
        assert await stored(connection, "reason, unanswered") == {
            "is to be repeated": (None, 1),
            "is being repeated": (None, 1),
            "arrived as a repeat": (None, 1),
            "lost": ("no_answer", 1),
            "lost edit": ("no_answer", 0),
            "waits": (None, 0),
            "too late": ("expired", 0),
        }

        # A message that arrived as a repeat is posted again: it is an edit, and no repeat.
        await connection.execute(text("update outbox set state = 'queued' where external_ref = 7"))
        await move(connection, False, BEFORE)
        assert await stored(connection, "reason") == {
            key: (None if key == "arrived as a repeat" else reason,) for key, (_, reason, _) in ROWS.items()
        }
