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

LogFormat = Literal["console", "json"]

_SECRET = re.compile(
    r"\d{3,}:[A-Za-z0-9_-]{10,}"  # a bot's token
    r"|(?<=://)[^\s/@]*:[^\s/@]*(?=@)"  # the account in the address of a database
)
_ECHO = re.compile(r"(?<!\w)[\"'].*[\"']|\d{5,}", re.DOTALL)
"""Telegram quotes what it could not read, and names the chat by its number."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def mask(value: str) -> str:
    """Tokens and passwords become stars."""
    return _SECRET.sub("***", value)


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Whoever logs it, by whatever way."""
    return {key: mask(value) if isinstance(value, str) else value for key, value in event.items()}


def one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Nobody whose words a library repeats begins a line of their own, or moves the terminal."""
    return {
        key: _CONTROL.sub(lambda found: ascii(found[0])[1:-1], value) if isinstance(value, str) else value
        for key, value in event.items()
    }


def without_objects(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """asyncio first says what happened, then prints the tasks and callbacks that it happened to, with their
    errors' words and their arguments."""
    if event["_record"].name == "asyncio":
        event["event"] = re.split(r"[\n(<]", event["event"], maxsplit=1)[0].rstrip()
    return event


def without_values(exc_info: ExcInfo) -> str:
    """A traceback, causes first, that repeats nothing of what was handled."""
    told = ("".join(traceback.format_tb(error.__traceback__)) + named(error) for error in chain(exc_info[1]))
    return "\n\n".join(told)


def chain(error: BaseException) -> list[BaseException]:
    """An error with what caused it, the cause first; what a group holds has caused it."""
    found: dict[int, BaseException] = {}
    causes = [error]
    while causes:
        cause = causes.pop()
        if id(cause) in found:  # a cause may name what it caused
            continue
        found[id(cause)] = cause
        if isinstance(cause, BaseExceptionGroup):
            causes += cause.exceptions
        before = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
        causes += [before] if before is not None else []
    return [*reversed(found.values())]


def named(error: BaseException) -> str:
    """What may be told of an error.

    What errors say of themselves quotes what was handled: a statement its parameters, a wrong update its
    text, a conversion the word that it could not read. So only what the system says stands here, without the
    file's name, and what Telegram says, without what it echoes; of a database error its SQLSTATE.
    """
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, TelegramAPIError):
        return f"{name}: {_ECHO.sub('…', error.message)}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name}: {error.strerror}"
    state = getattr(error, "sqlstate", None)
    return f"{name}: SQLSTATE {state}" if state else name


_SHARED: tuple[Processor, ...] = (
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def log_formatter(log_format: LogFormat, *, colors: bool = False) -> logging.Formatter:
    """Makes a line, or several with a traceback, of whatever is logged."""
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            without_objects,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            one_line,
            structlog.processors.ExceptionRenderer(without_values),
            mask_secrets,
            renderer,
        ],
    )


def set_up_logging(log_format: LogFormat) -> None:
    """Send the log of this process, and of the libraries in it, to standard error."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(log_formatter(log_format, colors=sys.stderr.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for talkative in ("aiogram.event", "apscheduler", "aiohttp.access", "alembic"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
