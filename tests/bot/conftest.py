import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import set_up_logging


@pytest.fixture(autouse=True)
def _logging_as_in_production() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, before = root.handlers, root.level, structlog.get_config()
    set_up_logging("console")
    yield
    root.handlers, root.level = handlers, level
    structlog.configure(**before)
