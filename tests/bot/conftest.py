import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import set_up_logging


@pytest.fixture(autouse=True)
def _logging_as_in_production() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    set_up_logging("console")
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
