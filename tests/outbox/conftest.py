import pytest

from db.engine import Database
from tests.outbox.people import Post, a_post
from tests.world import FakeClock


@pytest.fixture
async def post(committed_db: Database, clock: FakeClock) -> Post:
    return await a_post(committed_db, clock)
