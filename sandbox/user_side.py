"""What a user does in a chat; the phones of tests and the chat page both come here."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sandbox.entities import Entity, FormattedText, to_html, utf16_length
from sandbox.images import image_size
from sandbox.state import Chat, Contact, Message, State, StoredFile, Tap
from sandbox.views import membership_json, message_json, tap_json


def say(
    state: State,
    chat: Chat,
    text: str,
    *,
    sent_at: datetime | None = None,
    reply_to: Message | None = None,
    quote: str = "",
) -> Message:
    """Sends a text; `quote`: the part of `reply_to` that it answers. Raises ValueError when that is none."""
    if quote and (reply_to is None or quote not in reply_to.text):
        raise ValueError("not a quote")
    return _send(state, chat, plain(text), sent_at, reply_to, quote=quote)


def quotable(chat: Chat, quote: str) -> Message:
    """The newest message of the bot that holds `quote`. Raises ValueError when there is none."""
    for message in reversed(chat.visible()):
        if message.outgoing and quote in message.text:
            return message
    raise ValueError("nothing to quote")


def send_photo(
    state: State,
    chat: Chat,
    data: bytes,
    caption: str = "",
    reply_to: Message | None = None,
    *,
    album: str | None = None,
) -> Message:
    """Sends a picture. Raises ValueError for bytes that are no picture."""
    size = image_size(data)
    if size is None:
        raise ValueError("not a picture")
    stored = state.store(chat.bot, "photo", "photo.jpg", "image/jpeg", data, size)
    return _send(state, chat, plain(caption), None, reply_to, file=stored, album=album)


def send_document(
    state: State,
    chat: Chat,
    data: bytes,
    name: str,
    mime_type: str = "application/octet-stream",
    caption: str = "",
    reply_to: Message | None = None,
    *,
    album: str | None = None,
) -> Message:
    stored = state.store(chat.bot, "document", name, mime_type, data)
    return _send(state, chat, plain(caption), None, reply_to, file=stored, album=album)


def send_album(
    state: State, chat: Chat, items: Sequence[bytes | tuple[str, bytes]], caption: str = ""
) -> list[Message]:
    """Sends pictures (bytes) or documents (name, bytes) at once: a message each, the caption at the first.

    Raises ValueError for bytes that are no picture.
    """
    group = str(secrets.randbelow(10**15))
    captions = [caption, *([""] * (len(items) - 1))]
    return [
        send_photo(state, chat, item, words, album=group)
        if isinstance(item, bytes)
        else send_document(state, chat, item[1], item[0], caption=words, album=group)
        for item, words in zip(items, captions, strict=True)
    ]


def send_contact(state: State, chat: Chat, contact: Contact) -> Message:
    return _send(state, chat, FormattedText(), None, None, contact=contact)


def edit(state: State, message: Message, text: str) -> None:
    message.content = plain(text)
    message.edit_date = state.now()
    state.touch(message)
    message.chat.bot.queue.push("edited_message", message.chat, message_json(message))


def press(state: State, message: Message, data: str) -> Tap:
    """Taps a button with this data, whether or not the message shows one."""
    tap = state.press(message, data)
    message.chat.bot.queue.push("callback_query", message.chat, tap_json(state, tap))
    return tap


def press_again(state: State, tap: Tap) -> Tap:
    again = state.repeat(tap)
    tap.chat.bot.queue.push("callback_query", tap.chat, tap_json(state, again))
    return again


def block(state: State, chat: Chat) -> None:
    """Stops the bot; it is told, as Telegram tells it, by my_chat_member."""
    if not chat.blocked:
        _set_blocked(state, chat, True)


def unblock(state: State, chat: Chat) -> None:
    if chat.blocked:
        _set_blocked(state, chat, False)


def plain(text: str) -> FormattedText:
    """What a user typed; a leading /command is marked as one."""
    entities: list[Entity] = []
    if text.startswith("/") and len(text) > 1:
        command = text.split(maxsplit=1)[0]
        entities.append({"type": "bot_command", "offset": 0, "length": utf16_length(command)})
    return FormattedText(text, entities, to_html(text, []))


def _send(
    state: State,
    chat: Chat,
    content: FormattedText,
    sent_at: datetime | None,
    reply_to: Message | None,
    *,
    file: StoredFile | None = None,
    contact: Contact | None = None,
    album: str | None = None,
    quote: str = "",
) -> Message:
    unblock(state, chat)
    chat.started = True
    message = state.post(
        chat,
        content,
        outgoing=False,
        date=int(sent_at.timestamp()) if sent_at else None,
        reply_to=reply_to,
        quote=quote,
        file=file,
        contact=contact,
        media_group_id=album,
    )
    chat.bot.queue.push("message", chat, message_json(message))
    return message


def _set_blocked(state: State, chat: Chat, blocked: bool) -> None:
    chat.blocked = blocked
    chat.bot.queue.push("my_chat_member", chat, membership_json(chat, state.now()))
    state.tell("blocked", chat)
