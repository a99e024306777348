from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from tests.threads.school import Office, office
from tests.world import FakeClock


@pytest.fixture
async def school(db: Database, session: AsyncSession, clock: FakeClock) -> Office:
    return await office(db, session, clock)
