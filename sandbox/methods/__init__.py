"""The Bot API's methods: one function each, found by its name in lower case."""

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.methods import bot_profile, callbacks, editing, files, getting_updates, media, sending
from sandbox.methods.call import Call

Method = Callable[[Call], Awaitable[Any]]

METHODS: dict[str, Method] = {
    "getme": bot_profile.get_me,
    "setmycommands": bot_profile.set_my_commands,
    "getmycommands": bot_profile.get_my_commands,
    "deletemycommands": bot_profile.delete_my_commands,
    "setmydescription": bot_profile.set_my_description,
    "setmyshortdescription": bot_profile.set_my_short_description,
    "setchatmenubutton": bot_profile.set_chat_menu_button,
    "getupdates": getting_updates.get_updates,
    "setwebhook": getting_updates.set_webhook,
    "deletewebhook": getting_updates.delete_webhook,
    "getwebhookinfo": getting_updates.get_webhook_info,
    "sendmessage": sending.send_message,
    "copymessage": sending.copy_message,
    "forwardmessage": sending.forward_message,
    "sendchataction": sending.send_chat_action,
    "getchat": sending.get_chat,
    "pinchatmessage": sending.pin_chat_message,
    "sendphoto": media.send_photo,
    "senddocument": media.send_document,
    "sendmediagroup": media.send_media_group,
    "editmessagetext": editing.edit_message_text,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagemedia": editing.edit_message_media,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "deletemessage": editing.delete_message,
    "answercallbackquery": callbacks.answer_callback_query,
    "getfile": files.get_file,
}
