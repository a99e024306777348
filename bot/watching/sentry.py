"""Errors for Sentry, where a school wants that: what went wrong and where in our code, never over whom."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from traceback import walk_tb
from types import TracebackType
from typing import TYPE_CHECKING, Any

from bot.logs import chain, mask, named
from bot.refusal import Refusal

if TYPE_CHECKING:
    from sentry_sdk import Transport

_TOLD = ("number", "job", "kind")
"""What of a log entry goes along; the number is what the person with the apology reads out."""


def set_up_sentry(dsn: str, transport: type[Transport] | None = None) -> None:
    """Send every error that is logged from now on. Raises Refusal when the package is missing."""
    try:
        import sentry_sdk
    except ImportError:
        raise Refusal(
            "Для ZVONOK_SENTRY_DSN нужен пакет sentry-sdk: .venv/bin/pip install sentry-sdk. "
            "Или уберите эту настройку."
        ) from None
    # Its integrations look into requests, arguments and the log: ours is the only way out. What it collects
    # about people by itself is off as long as nobody sets `send_default_pii`.
    sentry_sdk.init(
        dsn,
        transport=transport,
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="zvonok",
    )
    logging.getLogger().addHandler(_Teller(logging.ERROR))


class _Teller(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        import sentry_sdk

        sentry_sdk.capture_event(_event(record))


def _event(record: logging.LogRecord) -> Any:
    """Words of other libraries may be about anything: of theirs only the name goes along."""
    said = record.msg if isinstance(record.msg, dict) else {"event": record.name, "exc_info": record.exc_info}
    return {
        "level": "error",
        "logger": record.name,
        "message": mask(str(said["event"])),
        "tags": {key: str(said[key]) for key in _TOLD if key in said},
        "exception": {"values": [_told(error) for error in _errors(said.get("exc_info"))]},
    }


def _errors(exc_info: object) -> list[BaseException]:
    """However it was given to the log."""
    match exc_info:
        case BaseException() as error:
            return chain(error)
        case (_, BaseException() as error, _):
            return chain(error)
        case True if (handled := sys.exception()) is not None:
            return chain(handled)
    return []


def _told(error: BaseException) -> dict[str, Any]:
    return {
        "type": type(error).__qualname__,
        "module": type(error).__module__,
        "value": mask(named(error)),
        "stacktrace": {"frames": [*_frames(error.__traceback__)]},
    }


def _frames(traceback: TracebackType | None) -> Iterator[dict[str, Any]]:
    for frame, line in walk_tb(traceback):
        code = frame.f_code
        module = frame.f_globals.get("__name__", "")
        yield {"filename": code.co_filename, "module": module, "function": code.co_qualname, "lineno": line}
