"""What a method gets, and what several methods ask of it."""

from dataclasses import dataclass
from typing import Any

from sandbox.args import Args
from sandbox.entities import FormattedText, format_text, utf16_length
from sandbox.errors import bad_request, forbidden
from sandbox.keyboard import check_markup
from sandbox.limits import FloodLimits
from sandbox.state import BotAccount, Chat, Message, State

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_SOURCE_BYTES = 1 << 15


@dataclass(frozen=True, slots=True)
class Call:
    state: State
    bot: BotAccount
    args: Args
    flood: FloodLimits | None

    def chat(self, name: str = "chat_id") -> Chat:
        """The chat named by the arguments. Raises ApiError 400 when the user never started the bot."""
        value = self.args.text(name)
        if not value:
            raise bad_request("chat_id is empty")
        chat = self.bot.chats.get(int(value)) if value.removeprefix("-").isdecimal() else None
        if chat is None or not chat.started:
            raise bad_request("chat not found")
        return chat

    def open_chat(self, messages: int = 1) -> Chat:
        """The chat, if its user can be reached now and the flood limits let `messages` through."""
        chat = self.chat()
        if chat.user.deactivated:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if self.flood and messages:
            self.flood.take(self.bot.bot_id, chat.user.user_id, messages)
        return chat

    def message(self, chat: Chat, purpose: str, name: str = "message_id") -> Message:
        """The chat's message named by the arguments; `purpose` stands in the refusal."""
        message_id = self.args.integer(name)
        if not message_id:
            raise bad_request("message identifier is not specified")
        message = chat.messages.get(message_id)
        if message is None or message.deleted:
            raise bad_request(f"{purpose} not found")
        return message

    def text(self) -> FormattedText:
        content = self._formatted(self.args.values, "text", "entities")
        if not content.text:
            raise bad_request("message text is empty")
        if utf16_length(content.text) > MAX_TEXT:
            raise bad_request("message is too long")
        return content

    def caption(self, fields: dict[str, Any] | None = None) -> FormattedText:
        """The caption among the arguments, or among the fields of an InputMedia."""
        content = self._formatted(
            self.args.values if fields is None else fields, "caption", "caption_entities"
        )
        if utf16_length(content.text) > MAX_CAPTION:
            raise bad_request("message caption is too long")
        return content

    def extras(self, chat: Chat) -> dict[str, Any]:
        """Keyboard and reply of a message to be sent."""
        return {"markup": check_markup(self.args.structure("reply_markup")), "reply_to": self._reply_to(chat)}

    def _formatted(self, values: dict[str, Any], text: str, entities: str) -> FormattedText:
        fields = Args(values)
        source = fields.text(text)
        if len(source.encode("utf-8", "surrogatepass")) > MAX_SOURCE_BYTES:
            raise bad_request("text is too long")
        return format_text(source, fields.text("parse_mode"), fields.structure(entities))

    def _reply_to(self, chat: Chat) -> Message | None:
        parameters = self.args.structure("reply_parameters") or {
            "message_id": self.args.integer("reply_to_message_id"),
            "allow_sending_without_reply": self.args.flag("allow_sending_without_reply"),
        }
        if not isinstance(parameters, dict):
            raise bad_request("object expected as reply parameters")
        message_id = Args(parameters).integer("message_id")
        if not message_id:
            return None
        message = chat.messages.get(message_id)
        if message and not message.deleted:
            return message
        if parameters.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")
