"""What this Telegram remembers: users, bots, private chats, messages, files, taps."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sandbox.entities import FormattedText
from sandbox.keyboard import Markup
from sandbox.updates import UpdateQueue

MAX_MESSAGE_AGE = timedelta(hours=48)


@dataclass(slots=True, eq=False)
class User:
    user_id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    phone_number: str = ""
    language_code: str = "ru"
    deactivated: bool = False


@dataclass(slots=True, eq=False)
class BotAccount:
    bot_id: int
    token: str
    username: str
    name: str
    queue: UpdateQueue = field(default_factory=UpdateQueue)
    chats: "dict[int, Chat]" = field(default_factory=dict)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    description: str = ""
    short_description: str = ""
    menu_button: dict[str, Any] = field(default_factory=lambda: {"type": "default"})
    last_message_id: int = 0


@dataclass(frozen=True, slots=True)
class StoredFile:
    file_id: str
    unique_id: str
    kind: Literal["photo", "document"]
    name: str
    mime_type: str
    data: bytes
    path: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Contact:
    phone_number: str
    first_name: str
    user_id: int


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    data: str | None
    url: str | None


@dataclass(slots=True, eq=False)
class Message:
    """A message of a private chat; `text` is the caption where there is a file."""

    message_id: int
    chat: "Chat"
    outgoing: bool  # from the bot, as the bot sees it
    date: int
    content: FormattedText
    file: StoredFile | None = None
    contact: Contact | None = None
    markup: Markup | None = None
    reply_to: "Message | None" = None
    quote: str = ""
    """The part of `reply_to` that the person chose to answer."""
    media_group_id: str | None = None
    forward_origin: dict[str, Any] | None = None
    edit_date: int | None = None
    deleted: bool = False
    inaccessible: bool = False
    version: int = 0

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def html(self) -> str:
        return self.content.html

    @property
    def photo(self) -> StoredFile | None:
        return self.file if self.file and self.file.kind == "photo" else None

    @property
    def document(self) -> StoredFile | None:
        return self.file if self.file and self.file.kind == "document" else None

    @property
    def buttons(self) -> list[list[Button]]:
        """The inline keyboard by rows; empty when there is none."""
        return [
            [Button(item["text"], item.get("callback_data"), item.get("url")) for item in row]
            for row in (self.markup or {}).get("inline_keyboard", [])
        ]


@dataclass(slots=True, eq=False)
class Tap:
    """One press of an inline button, known to the bot as a callback query."""

    query_id: str
    chat: "Chat"
    message: Message
    data: str
    pressed_at: datetime
    answer: "asyncio.Future[Answer]"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot said to a tap: a toast, or an alert that must be closed; "" for silence."""

    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(slots=True, eq=False)
class Chat:
    """The private chat of one bot and one user. A bot may write once the user has."""

    bot: BotAccount
    user: User
    messages: dict[int, Message] = field(default_factory=dict)
    started: bool = False
    blocked: bool = False
    pinned: Message | None = None
    menu_button: dict[str, Any] | None = None
    unconfirmed: int = 0
    calls_in_flight: int = 0
    taps: dict[str, Tap] = field(default_factory=dict)
    _waiters: "list[asyncio.Future[None]]" = field(default_factory=list)

    def notify(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def changed(self) -> None:
        """Returns at the next change of anything in the chat."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        await waiter

    def visible(self) -> list[Message]:
        return [message for message in self.messages.values() if not message.deleted]


Listener = Callable[[str, Chat, Any], None]


class State:
    """All of it, and the only place that makes messages, files and taps."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.users: dict[int, User] = {}
        self.bots: dict[str, BotAccount] = {}
        self.files: dict[str, StoredFile] = {}
        self.downloads: dict[str, StoredFile] = {}
        self.taps: dict[str, Tap] = {}
        self.version = 0
        self.listeners: list[Listener] = []
        self._next_query_id = secrets.randbelow(10**9) * 1000

    def now(self) -> int:
        return int(self.clock().timestamp())

    def chat(self, bot: BotAccount, user: User) -> Chat:
        chat = bot.chats.get(user.user_id)
        if chat is None:
            chat = bot.chats[user.user_id] = Chat(bot, user)
        return chat

    def post(self, chat: Chat, content: FormattedText, *, outgoing: bool, **extra: Any) -> Message:
        """Adds a message dated now, or at `date` when that is given."""
        chat.bot.last_message_id += 1
        message = Message(
            chat.bot.last_message_id,
            chat,
            outgoing,
            extra.pop("date", None) or self.now(),
            content,
            **extra,
        )
        chat.messages[message.message_id] = message
        self.touch(message)
        return message

    def touch(self, message: Message) -> None:
        """Tells whoever watches the chat that this message is new or different."""
        self.version += 1
        message.version = self.version
        self.tell("message", message.chat, message)

    def tell(self, event: str, chat: Chat, subject: Any = None) -> None:
        chat.notify()
        for listener in self.listeners:
            listener(event, chat, subject)

    def store(
        self,
        bot: BotAccount,
        kind: Literal["photo", "document"],
        name: str,
        mime_type: str,
        data: bytes,
        size: tuple[int, int] = (0, 0),
    ) -> StoredFile:
        prefix = "AgACAgIAAx" if kind == "photo" else "BQACAgIAAx"
        number = len(self.files) + 1
        suffix = name.rpartition(".")[2].lower() if "." in name else "bin"
        stored = StoredFile(
            file_id=f"{prefix}{bot.bot_id}_{number}_{secrets.token_urlsafe(8)}",
            unique_id=hashlib.sha256(data).hexdigest()[:16],
            kind=kind,
            name=name,
            mime_type=mime_type,
            data=data,
            path=f"{kind}s/file_{number}.{suffix if suffix.isalnum() else 'bin'}",
            width=size[0],
            height=size[1],
        )
        self.files[stored.file_id] = self.downloads[stored.path] = stored
        return stored

    def press(self, message: Message, data: str) -> Tap:
        tap = Tap(
            self._new_query_id(),
            message.chat,
            message,
            data,
            self.clock(),
            asyncio.get_running_loop().create_future(),
        )
        self._register(tap)
        return tap

    def repeat(self, tap: Tap) -> Tap:
        """The same tap sent once more under a new id, as Telegram does with one left unanswered."""
        again = Tap(self._new_query_id(), tap.chat, tap.message, tap.data, self.clock(), tap.answer)
        self._register(again)
        return again

    def answer(self, tap: Tap, answer: Answer) -> None:
        """Ends the tap. One sent twice stays answerable under its other id, for nobody to see."""
        self.taps.pop(tap.query_id, None)
        tap.chat.taps = {
            query_id: other for query_id, other in tap.chat.taps.items() if other.answer is not tap.answer
        }
        if not tap.answer.done():
            tap.answer.set_result(answer)
        self.tell("answer", tap.chat, (tap, answer))

    def is_inaccessible(self, message: Message) -> bool:
        """Whether a tap on this message reaches the bot without the message itself."""
        return message.inaccessible or self.now() - message.date > MAX_MESSAGE_AGE.total_seconds()

    def _register(self, tap: Tap) -> None:
        self.taps[tap.query_id] = tap
        tap.chat.taps[tap.query_id] = tap

    def _new_query_id(self) -> str:
        self._next_query_id += 1
        return str(self._next_query_id)
