"""What stories of bad input share: forged buttons, and proof that nothing broke and nothing changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select

from db.enums import InboxState
from db.models import Base, InboxUpdate
from sandbox import Phone
from tests.journeys.conftest import PATIENCE, Town

_NOT_WHAT_PEOPLE_DO = {"inbox", "conversation", "lesson", "job_run", "invitation_attempt", "outbox", "digest"}


async def forge(town: Town, phone: Phone, data: str) -> str:
    """A tap with this data on a message of the bot; what the person reads then.

    Nothing else may be on its way to the person.
    """
    sent = await town.branch.bot.send_message(phone.user.user_id, "·")
    tapped = next(message for message in phone.messages if message.message_id == sent.message_id)
    await phone.press_data(data, message=tapped)
    async with asyncio.timeout(PATIENCE):
        while phone.screen is tapped and tapped.text == "·":
            await phone.chat.changed()
    return phone.screen.text


async def kept(town: Town) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that people did and are, and nothing that reading alone may write."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in _NOT_WHAT_PEOPLE_DO]
    async with town.db.transaction() as session:
        return {
            table.name: sorted((tuple(row) for row in await session.execute(select(table))), key=repr)
            for table in tables
        }


class _Errors(logging.Handler):
    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@asynccontextmanager
async def nothing_breaks(town: Town) -> AsyncIterator[None]:
    """No update is given up, and nobody is apologised to: the log has no error."""
    listener = _Errors(logging.ERROR)
    logging.getLogger().addHandler(listener)
    try:
        yield
        await town.idle()
    finally:
        logging.getLogger().removeHandler(listener)
    assert listener.heard == []
    async with town.db.transaction() as session:
        given_up = await session.scalars(
            select(InboxUpdate.payload).where(InboxUpdate.state == InboxState.FAILED)
        )
        assert list(given_up) == []
