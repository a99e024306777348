"""An update before anybody looks what it is: whose order it belongs to, and what of it is kept."""

from __future__ import annotations

import json
from typing import Any, NoReturn

DEEPEST = 64
"""Levels of an update; Telegram's own have about ten."""
_BIGINT = range(-(2**63), 2**63)


def read_update(body: bytes) -> dict[str, Any]:
    """The update in what somebody has posted. Raises ValueError when the inbox could not keep it."""
    try:
        update = json.loads(body, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(update, dict) or not _is_id(update.get("update_id")):
        raise ValueError("no update")
    _check_depth(update, DEEPEST)
    chat_id = chat_of(update)
    if chat_id is not None and chat_id not in _BIGINT:
        raise ValueError("no chat")
    return update


def _refuse(constant: str) -> NoReturn:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(constant)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in _BIGINT


def _check_depth(value: Any, left: int) -> None:
    if left == 0:
        raise ValueError("nested too deeply")
    match value:
        case dict():
            for item in value.values():
                _check_depth(item, left - 1)
        case list():
            for item in value:
                _check_depth(item, left - 1)


def chat_of(update: dict[str, Any]) -> int | None:
    """The chat whose order the update belongs to; a private chat has the id of its person."""
    for event in update.values():
        if isinstance(event, dict):
            message = event.get("message")
            chat = message.get("chat") if isinstance(message, dict) else event.get("chat")
            for owner in (chat, event.get("from")):
                if isinstance(owner, dict) and isinstance(owner.get("id"), int):
                    return int(owner["id"])
    return None


def without_screen(update: dict[str, Any]) -> dict[str, Any]:
    """A tap brings along the whole message it was made on, names, marks and every button: which message that
    was is all we need, and all we keep."""
    match update:
        case {"callback_query": {"message": {"message_id": _, "chat": {"id": _}} as message} as tap}:
            chat = _only(message["chat"], "id", "type")
            return update | {
                "callback_query": tap | {"message": _only(message, "message_id", "date") | {"chat": chat}}
            }
    return update


def _only(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value[name] for name in names if name in value}


def storable(value: Any) -> Any:
    """The same JSON without what PostgreSQL cannot keep: NUL and halves of surrogate pairs."""
    match value:
        case str():
            return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
        case dict():
            return {storable(key): storable(item) for key, item in value.items()}
        case list():
            return [storable(item) for item in value]
    return value
