"""Logging: for people or as JSON lines; never a token, never what people wrote."""

from __future__ import annotations

import logging
import re
import sys
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{10,}")


def _mask(value: object) -> object:
    return _TOKEN.sub("***", value) if isinstance(value, str) else value


def mask_tokens(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Whoever logs it, by whatever way: a bot token becomes stars."""
    return {key: _mask(value) for key, value in event.items()}


def set_up_logging(log_format: Literal["console", "json"]) -> None:
    """Send the log of this process, and of the libraries in it, to standard error."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Values of variables stay out of tracebacks: they would be personal data.
    errors: Processor = structlog.processors.format_exc_info
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                errors,
                mask_tokens,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for talkative in ("aiogram.event", "apscheduler", "aiohttp.access", "alembic"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
