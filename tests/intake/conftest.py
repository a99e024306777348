from __future__ import annotations

import pytest

from db.engine import Database
from tests.intake.test_inbox import Box
from tests.world import FakeClock


@pytest.fixture
def box(committed_db: Database, clock: FakeClock) -> Box:
    return Box(committed_db, clock)
