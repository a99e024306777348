"""Reply markup as Telegram accepts it.

A row of more than eight buttons is refused although Telegram's clients only wrap it: Zvonok's
screens must fit other messengers too.
"""

from typing import Any

from sandbox.errors import bad_request

Markup = dict[str, Any]

MAX_BUTTONS = 100
MAX_IN_ROW = 8
MAX_DATA_BYTES = 64
OTHER_ACTIONS = (
    "callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat", "login_url", "web_app", "copy_text",
)  # fmt: skip
OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")


def check_markup(markup: object) -> Markup | None:
    """The markup of a sent message; None when there is nothing to show."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if any(markup.get(field) for field in OTHER_MARKUPS):
        return markup
    return check_inline(markup)


def check_inline(markup: object) -> Markup | None:
    """The inline keyboard of an edited message, the only markup an edit may carry."""
    if markup is None:
        return None
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    kept = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    if any(len(row) > MAX_IN_ROW for row in kept):
        raise bad_request(f"reply markup is too long: more than {MAX_IN_ROW} buttons in a row")
    return {"inline_keyboard": kept} if kept else None


def _button(button: object) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise _cannot_parse("InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise _cannot_parse('Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise _cannot_parse('Field "text" must be of type String')
    if not button["text"].strip():
        raise _cannot_parse("Inline keyboard button text must be non-empty")
    data = button.get("callback_data")
    if data:
        if not isinstance(data, str) or len(data.encode()) > MAX_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif url := button.get("url"):
        if not isinstance(url, str) or "://" not in url or any(char.isspace() for char in url):
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    elif not any(button.get(action) is not None for action in OTHER_ACTIONS):
        raise _cannot_parse("Text buttons are unallowed in the inline keyboard")
    if None not in button.values():
        return button
    return {key: value for key, value in button.items() if value is not None}


def _cannot_parse(reason: str) -> Exception:
    return bad_request(f"can't parse inline keyboard button: {reason}")
