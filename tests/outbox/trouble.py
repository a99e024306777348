"""A database in trouble."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.listening import OUTAGE


class Trouble(StrEnum):
    """Of the database, in the middle of a sender's work."""

    NO_ROOM = "its disk is full"
    NO_CONNECTION = "every connection of the pool is busy"
    UNHEARD = "it commits, and the connection breaks before anybody hears of that"


class TroubledDatabase(Database):
    """Has its trouble in every transaction, while there is one."""

    trouble: Trouble | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        if self.trouble is Trouble.NO_CONNECTION:
            raise NoFreeConnection
        async with super().transaction() as session:
            yield session
            if self.trouble is Trouble.NO_ROOM:
                await session.execute(text("do $$ begin raise exception using errcode = '53100'; end $$"))
        if self.trouble is Trouble.UNHEARD:
            raise ConnectionResetError

    @asynccontextmanager
    async def in_trouble(self, trouble: Trouble) -> AsyncIterator[None]:
        """What is done in the block fails."""
        self.trouble = trouble
        try:
            with pytest.raises(OUTAGE):
                yield
        finally:
            self.trouble = None
