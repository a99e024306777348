"""What a bot says of itself: name, commands, descriptions, menu button."""

import json
import re
from typing import Any

from sandbox.errors import bad_request
from sandbox.methods.call import Call
from sandbox.views import me_json

MAX_COMMANDS = 100
MAX_DESCRIPTION = 512
MAX_SHORT_DESCRIPTION = 120
MENU_BUTTONS = ("commands", "web_app", "default")


async def get_me(call: Call) -> Any:
    return me_json(call.bot)


async def set_my_commands(call: Call) -> Any:
    commands = call.args.structure("commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for item in commands:
        if not isinstance(item, dict) or not re.fullmatch(r"[a-z0-9_]{1,32}", str(item.get("command", ""))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(item.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.bot.commands[_scope(call)] = commands
    return True


async def get_my_commands(call: Call) -> Any:
    return call.bot.commands.get(_scope(call), [])


async def delete_my_commands(call: Call) -> Any:
    call.bot.commands.pop(_scope(call), None)
    return True


async def set_my_description(call: Call) -> Any:
    call.bot.description = _limited(call, "description", MAX_DESCRIPTION)
    return True


async def set_my_short_description(call: Call) -> Any:
    call.bot.short_description = _limited(call, "short_description", MAX_SHORT_DESCRIPTION)
    return True


async def set_chat_menu_button(call: Call) -> Any:
    button = call.args.structure("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in MENU_BUTTONS:
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    if call.args.text("chat_id"):
        call.chat().menu_button = button
    else:
        call.bot.menu_button = button
    return True


def _scope(call: Call) -> str:
    scope = call.args.structure("scope") or {"type": "default"}
    return json.dumps([scope, call.args.text("language_code")], sort_keys=True)


def _limited(call: Call, name: str, limit: int) -> str:
    text = call.args.text(name)
    if len(text) > limit:
        raise bad_request(f"{name.upper()}_TOO_LONG")
    return text
