"""Logging: for people or as JSON lines; never a token, never what people wrote."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from typing import Literal

import structlog
from aiogram.exceptions import TelegramAPIError
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{10,}")


def _mask(value: object) -> object:
    return _TOKEN.sub("***", value) if isinstance(value, str) else value


def mask_tokens(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Whoever logs it, by whatever way: a bot token becomes stars."""
    return {key: _mask(value) for key, value in event.items()}


def without_values(exc_info: ExcInfo) -> str:
    """A traceback, causes first, that repeats nothing of what was handled.

    What errors say of themselves quotes it: a statement its parameters, a wrong update its text, a conversion
    the word that it could not read. So only the messages of the system and of Telegram stand here; of a
    database error its SQLSTATE.
    """
    told: dict[int, str] = {}
    error: BaseException | None = exc_info[1]
    while error is not None and id(error) not in told:  # a cause may name what it caused
        told[id(error)] = "".join(traceback.format_tb(error.__traceback__)) + _named(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(reversed(told.values()))


def _named(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, OSError | TelegramAPIError):
        return f"{name}: {error}"
    state = getattr(error, "sqlstate", None)
    return f"{name}: SQLSTATE {state}" if state else name


def set_up_logging(log_format: Literal["console", "json"]) -> None:
    """Send the log of this process, and of the libraries in it, to standard error."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    errors: Processor = structlog.processors.ExceptionRenderer(without_values)
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
