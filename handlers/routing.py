"""From an update to the few handlers that it may be for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.dispatcher.event.telegram import TelegramEventObserver
from aiogram.filters import StateFilter
from aiogram.filters.callback_data import CallbackQueryFilter
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, TelegramObject

STRANGERS_TOO = {"stranger": True}
"""Flags of a handler that is also for accounts without a person; all others turn these away."""

_ANY = "*"
"""The line of what has no line of its own."""


class Switchboard(Router):
    """Many routers as one: however many screens there are, an update costs the same.

    A tap goes down the line of its button's prefix, a message down that of the step its chat is at. On a line
    are the handlers whose filters name that prefix or step and, in their places, those whose filters name
    none; the first that takes the update ends it, as in aiogram. Filters and middlewares of the routers
    themselves are not asked. The routers stay free for another dispatcher.
    """

    def __init__(self, *routers: Router) -> None:
        super().__init__(name="switchboard")
        for router in routers:
            for kind, observer in router.observers.items():
                self.observers[kind].handlers += observer.handlers
        self._taps = _lines(self.callback_query, _prefixes)
        self._messages = _lines(self.message, _steps)

    async def propagate_event(self, update_type: str, event: TelegramObject, **kwargs: Any) -> Any:
        key: str | None
        if isinstance(event, CallbackQuery):
            lines, key = self._taps, (event.data or "").partition(":")[0]
        elif update_type == "message":
            lines, key = self._messages, kwargs["raw_state"]
        else:
            return await super().propagate_event(update_type, event, **kwargs)
        return await (lines.get(key) or lines[_ANY]).trigger(event, **kwargs)


def _lines(
    observer: TelegramEventObserver, keys_of: Callable[[Any], list[str | None]]
) -> dict[str | None, TelegramEventObserver]:
    handlers: dict[str | None, list[HandlerObject]] = {_ANY: []}
    for handler in observer.handlers:
        keys = [key for check in handler.filters or () for key in keys_of(check.callback)] or [_ANY]
        for key in handlers if _ANY in keys else keys:
            handlers.setdefault(key, [*handlers[_ANY]]).append(handler)
    lines = {key: TelegramEventObserver(observer.router, observer.event_name) for key in handlers}
    for key, line in lines.items():
        line.handlers = handlers[key]
    return lines


def _prefixes(check: Any) -> list[str | None]:
    return [check.callback_data.__prefix__] if isinstance(check, CallbackQueryFilter) else []


def _steps(check: Any) -> list[str | None]:
    if not isinstance(check, StateFilter):
        return []
    return [step.state if step else None for step in cast(tuple[State | None, ...], check.states)]
