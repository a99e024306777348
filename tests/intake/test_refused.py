"""Updates that PostgreSQL cannot keep."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from db.engine import Database
from db.enums import InboxState
from db.listening import OUTAGE
from tests.intake.test_inbox import AUNT, BOT, FATHER, MOTHER, Box, message
from tests.processes import until

CHATS_HELD = text(
    "select count(*) from pg_locks join pg_database on pg_database.oid = database"
    f" where datname = current_database() and locktype = 'advisory' and classid = {0x5A56}"
)


async def no_chat_is_held(db: Database) -> bool:
    async with db.statement() as session:
        return not await session.scalar(CHATS_HELD)


@pytest.mark.parametrize(
    "refused",
    [
        pytest.param(message(2, 1 << 63), id="no number of a chat"),
        pytest.param(message(2, FATHER, "Иванов") | {"weight": float("inf")}, id="no JSON"),
    ],
)
async def test_an_update_that_postgresql_refuses_takes_no_other_along(
    box: Box, refused: dict[str, Any]
) -> None:
    """What comes from several posts at one moment is kept by one statement."""
    posts = [
        [message(1, MOTHER), refused, message(3, FATHER), message(4, FATHER)],
        [message(5, AUNT)],
        [refused],
    ]
    with capture_logs() as logs:
        async with box.open() as intake:
            await asyncio.gather(*map(intake.receive, posts))
            assert await box.settled() == dict.fromkeys([1, 3, 4, 5], InboxState.DONE)
            await until(partial(no_chat_is_held, box.db), "no chat is held, not one was held twice")
    assert sorted(box.handler.handled) == [1, 3, 4, 5]
    told = [entry for entry in logs if entry["log_level"] == "error"]
    assert told == [{"event": "inbox.refused", "log_level": "error", "bot": BOT, "update_id": 2}] * 2


async def test_what_is_refused_for_no_fault_of_its_own_is_not_confirmed(box: Box) -> None:
    """As while the schema is another one for a moment."""
    async with box.open() as intake:
        await intake.receive([message(1, MOTHER)])
        await box.settled()
        async with box.db.statement() as session:
            await session.execute(text("alter table inbox rename to inbox_of_tomorrow"))
        try:
            with pytest.raises(OUTAGE):
                await intake.receive([message(2, MOTHER)])
        finally:
            async with box.db.statement() as session:
                await session.execute(text("alter table inbox_of_tomorrow rename to inbox"))
        await intake.receive([message(2, MOTHER)])
        assert await box.settled() == {1: InboxState.DONE, 2: InboxState.DONE}
