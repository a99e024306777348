"""A chat drawn with characters, for a person who reads why a journey failed."""

import textwrap
from datetime import datetime

from sandbox.state import Chat, Message

WIDTH = 56
SHOWN = 12


def draw_chat(chat: Chat, zone: datetime) -> str:
    """The last messages of the chat; times are in the zone of `zone`."""
    messages = chat.visible()
    name = " ".join(filter(None, (chat.user.first_name, chat.user.last_name)))
    marks = "".join((" · бот заблокирован" * chat.blocked, " · удалён" * chat.user.deactivated))
    lines = [f"┌─ {name} ({chat.user.user_id}){marks} ".ljust(WIDTH + 3, "─") + "┐"]
    if len(messages) > SHOWN:
        lines.append(_row(f"… ещё {len(messages) - SHOWN} раньше"))
    for message in messages[-SHOWN:]:
        lines += [_row(line) for line in _draw_message(message, zone)]
    if not messages:
        lines.append(_row("(пусто)"))
    lines.append("└" + "─" * (WIDTH + 2) + "┘")
    return "\n".join(lines)


def _draw_message(message: Message, zone: datetime) -> list[str]:
    time = datetime.fromtimestamp(message.date, zone.tzinfo).strftime("%H:%M")
    edited = " изм." if message.edit_date else ""
    who = "бот" if message.outgoing else message.chat.user.first_name
    lines = [f"#{message.message_id} {who} {time}{edited}"]
    if message.file:
        lines.append(f"  📎 {message.file.kind}: {message.file.name} ({len(message.file.data)} B)")
    if message.contact:
        lines.append(f"  👤 {message.contact.phone_number}")
    for line in message.text.split("\n") if message.text else []:
        lines += ["  " + part for part in textwrap.wrap(line, WIDTH - 2) or [""]]
    for row in message.buttons:
        drawn = " ".join(f"[ {button.text} ]" for button in row)
        lines += ["  " + part for part in textwrap.wrap(drawn, WIDTH - 2)]
    return [*lines, ""]


def _row(line: str) -> str:
    return f"│ {line.ljust(WIDTH)} │"
