"""An update before anybody looks what it is: whose order it belongs to, and what of it is kept."""

from __future__ import annotations

from typing import Any


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


def without_keyboard(update: dict[str, Any]) -> dict[str, Any]:
    """A tap brings along the whole keyboard it was made on; the button's own data says all we need."""
    match update:
        case {"callback_query": {"message": {"reply_markup": _}}}:
            callback = update["callback_query"]
            message = {name: value for name, value in callback["message"].items() if name != "reply_markup"}
            return update | {"callback_query": callback | {"message": message}}
    return update


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
