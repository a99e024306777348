from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from bot.logs import set_up_logging
from tests.logged import Log


@pytest.fixture
def log() -> Iterator[Log]:
    set_up_logging("json")
    kept = Log()
    logging.getLogger().addHandler(kept)
    yield kept
    logging.getLogger().removeHandler(kept)
