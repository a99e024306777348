"""State as Bot API JSON."""

from typing import Any

from sandbox.entities import utf16_length
from sandbox.state import BotAccount, Chat, Message, State, StoredFile, Tap, User

JSON = dict[str, Any]


def user_json(user: User) -> JSON:
    return _present(
        id=user.user_id,
        is_bot=False,
        first_name=user.first_name,
        last_name=user.last_name,
        username=user.username,
        language_code=user.language_code,
    )


def bot_json(bot: BotAccount) -> JSON:
    return {"id": bot.bot_id, "is_bot": True, "first_name": bot.name, "username": bot.username}


def me_json(bot: BotAccount) -> JSON:
    return bot_json(bot) | {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat_json(chat: Chat) -> JSON:
    user = chat.user
    return _present(
        id=user.user_id,
        type="private",
        first_name=user.first_name,
        last_name=user.last_name,
        username=user.username,
    )


def message_json(message: Message, *, with_reply: bool = True) -> JSON:
    chat = message.chat
    result: JSON = {
        "message_id": message.message_id,
        "from": bot_json(chat.bot) if message.outgoing else user_json(chat.user),
        "chat": chat_json(chat),
        "date": message.date,
    }
    caption = "caption" if message.file else "text"
    if message.text:
        result[caption] = message.text
        if message.content.entities:
            result["caption_entities" if message.file else "entities"] = message.content.entities
    if message.file:
        result |= file_json(message.file)
    if message.contact:
        contact = message.contact
        result["contact"] = {
            "phone_number": contact.phone_number,
            "first_name": contact.first_name,
            "user_id": contact.user_id,
        }
    if message.markup and "inline_keyboard" in message.markup:
        result["reply_markup"] = message.markup
    if message.edit_date:
        result["edit_date"] = message.edit_date
    if message.media_group_id:
        result["media_group_id"] = message.media_group_id
    if message.forward_origin:
        result["forward_origin"] = message.forward_origin
    if with_reply and message.reply_to and not message.reply_to.deleted:
        result["reply_to_message"] = message_json(message.reply_to, with_reply=False)
        if message.quote:
            position = utf16_length(message.reply_to.text.partition(message.quote)[0])
            result["quote"] = {"text": message.quote, "position": position, "is_manual": True}
    return result


def file_json(file: StoredFile) -> JSON:
    common = {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": len(file.data)}
    if file.kind == "photo":
        return {"photo": [common | {"width": file.width, "height": file.height}]}
    return {"document": common | {"file_name": file.name, "mime_type": file.mime_type}}


def tap_json(state: State, tap: Tap) -> JSON:
    message = tap.message
    if message.deleted or state.is_inaccessible(message):
        body = {"chat": chat_json(tap.chat), "message_id": message.message_id, "date": 0}
    else:
        body = message_json(message)
    return {
        "id": tap.query_id,
        "from": user_json(tap.chat.user),
        "message": body,
        "chat_instance": str(tap.chat.user.user_id * 7919),
        "data": tap.data,
    }


def membership_json(chat: Chat, date: int) -> JSON:
    """my_chat_member after the user blocked or unblocked the bot."""
    statuses = ("member", "kicked") if chat.blocked else ("kicked", "member")
    old, new = (
        {"user": bot_json(chat.bot), "status": status} | ({"until_date": 0} if status == "kicked" else {})
        for status in statuses
    )
    return {
        "chat": chat_json(chat),
        "from": user_json(chat.user),
        "date": date,
        "old_chat_member": old,
        "new_chat_member": new,
    }


def _present(**fields: Any) -> JSON:
    return {name: value for name, value in fields.items() if value not in ("", None)}
