"""Messages of text, copies, and the chat around them."""

from typing import Any

from sandbox.errors import bad_request
from sandbox.methods.call import Call
from sandbox.state import Chat, Message
from sandbox.views import bot_json, chat_json, message_json, user_json

CHAT_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip


async def send_message(call: Call) -> Any:
    content = call.text()
    chat = call.open_chat(messages=0)
    extras = call.extras(chat)
    call.open_chat()
    return message_json(call.state.post(chat, content, outgoing=True, **extras))


async def copy_message(call: Call) -> Any:
    source = _source(call, "message to copy")
    content = source.content
    if "caption" in call.args.values and source.file:
        content = call.caption()
    chat = call.open_chat(messages=0)
    extras = call.extras(chat)
    call.open_chat()
    copy = call.state.post(chat, content, outgoing=True, file=source.file, contact=source.contact, **extras)
    return {"message_id": copy.message_id}


async def forward_message(call: Call) -> Any:
    source = _source(call, "message to forward")
    chat = call.open_chat()
    sender = bot_json(source.chat.bot) if source.outgoing else user_json(source.chat.user)
    origin = source.forward_origin or {"type": "user", "sender_user": sender, "date": source.date}
    copy = call.state.post(
        chat, source.content, outgoing=True, file=source.file, contact=source.contact, forward_origin=origin
    )
    return message_json(copy)


async def send_chat_action(call: Call) -> Any:
    chat = call.open_chat(messages=0)
    if call.args.text("action") not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.state.tell("action", chat, call.args.text("action"))
    return True


async def get_chat(call: Call) -> Any:
    chat = call.chat()
    result = chat_json(chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": _NO_GIFTS,
    }
    if chat.pinned and not chat.pinned.deleted:
        result["pinned_message"] = message_json(chat.pinned)
    return result


async def pin_chat_message(call: Call) -> Any:
    chat = call.chat()
    chat.pinned = call.message(chat, "message to pin")
    call.state.touch(chat.pinned)
    return True


_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def _source(call: Call, purpose: str) -> Message:
    origin: Chat = call.chat("from_chat_id")
    return call.message(origin, purpose)
