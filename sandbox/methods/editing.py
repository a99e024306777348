"""Changes of messages the bot has sent. An edit without reply_markup removes the keyboard."""

from typing import Any

from sandbox.entities import FormattedText
from sandbox.errors import bad_request
from sandbox.keyboard import check_inline
from sandbox.methods.call import Call
from sandbox.methods.media import input_media
from sandbox.state import MAX_MESSAGE_AGE, Chat, Message, StoredFile
from sandbox.views import message_json

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def edit_message_text(call: Call) -> Any:
    message = _to_edit(call)
    content = call.text()
    if message.file or message.contact:
        raise bad_request("there is no text in the message to edit")
    return _apply(call, message, content, message.file)


async def edit_message_caption(call: Call) -> Any:
    message = _to_edit(call)
    content = call.caption()
    if not message.file:
        raise bad_request("there is no caption in the message to edit")
    return _apply(call, message, content, message.file)


async def edit_message_media(call: Call) -> Any:
    message = _to_edit(call)
    item = call.args.structure("media")
    if not isinstance(item, dict):
        raise bad_request("object expected as InputMedia")
    return _apply(call, message, call.caption(item), input_media(call, item))


async def edit_message_reply_markup(call: Call) -> Any:
    message = _to_edit(call)
    return _apply(call, message, message.content, message.file)


async def delete_message(call: Call) -> Any:
    chat: Chat = call.chat()
    message = call.message(chat, "message to delete")
    if call.state.now() - message.date > MAX_MESSAGE_AGE.total_seconds():
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    call.state.touch(message)
    return True


def _to_edit(call: Call) -> Message:
    message = call.message(call.open_chat(messages=0), "message to edit")
    if not message.outgoing or message.forward_origin:
        raise bad_request("message can't be edited")
    return message


def _apply(call: Call, message: Message, content: FormattedText, file: StoredFile | None) -> Any:
    markup = check_inline(call.args.structure("reply_markup"))
    call.open_chat()
    before = (message.text, message.content.entities, message.file, message.markup)
    if (content.text, content.entities, file, markup) == before:
        raise bad_request(NOT_MODIFIED)
    message.content, message.file, message.markup = content, file, markup
    message.edit_date = call.state.now()
    call.state.touch(message)
    return message_json(message)
