"""A screen is what a person sees at once; `Screens` puts it into the chat."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardMarkup,
    Message,
)

from services.files import StoredFileRow

TEXT_LIMIT = 4000
EDIT_INTERVAL = 1.0
"""Seconds between two edits in a chat: edits count against Telegram's limit of a chat."""


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    action: CallbackData


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Screen:
    """`text` is Telegram HTML, escaped already by handlers.texts; at most 7 buttons in a row (product.md)."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    picture: Attachment | None = None
    document: Attachment | None = None
    photo: StoredFileRow | None = None
    """Somebody's photo under which the text stands; such a message is edited in place."""

    def keyboard(self) -> InlineKeyboardMarkup | None:
        if not self.rows:
            return None
        rows = [
            [{"text": button.text, "callback_data": button.action.pack()} for button in row]
            for row in self.rows
        ]
        return InlineKeyboardMarkup.model_validate({"inline_keyboard": rows})


@dataclass(slots=True)
class _Pending:
    screen: Screen | None = None
    last_edit: float = float("-inf")
    task: asyncio.Task[None] | None = field(default=None, repr=False)


_GONE = ("message to edit not found", "message can't be edited", "there is no text in the message to edit")


def cannot_be_edited(error: TelegramBadRequest) -> bool:
    """The message is gone, or not one of text: only a new one can say it."""
    return any(gone in error.message.lower() for gone in _GONE)


def stands_already(error: TelegramBadRequest) -> bool:
    """The message says it as it is."""
    return "message is not modified" in error.message.lower()


async def edit_message(
    bot: Bot,
    chat_id: int,
    message_id: int,
    screen: Screen,
    *,
    text: str | None = None,
    parse_mode: ParseMode | None = ParseMode.HTML,
) -> None:
    """Edit the text of a message, or the words under its photo; `text`: instead of the screen's."""
    words, keyboard = screen.text if text is None else text, screen.keyboard()
    if screen.photo is not None:
        try:
            await bot.edit_message_caption(
                chat_id=chat_id,
                message_id=message_id,
                caption=words,
                reply_markup=keyboard,
                parse_mode=parse_mode,
            )
        except TelegramBadRequest as error:
            if "no caption in the message" not in error.message:
                raise
        else:
            return
    await bot.edit_message_text(
        words, chat_id=chat_id, message_id=message_id, reply_markup=keyboard, parse_mode=parse_mode
    )


class Screens:
    """Shows screens: edits the message that was tapped, or sends a new one when it cannot be edited.

    Edits of a message are coalesced to one a second, the last state winning; a tap is answered at once
    by `callback.answer` instead, which no limit counts.
    """

    def __init__(self, bot: Bot, edit_interval: float = EDIT_INTERVAL) -> None:
        self._bot = bot
        self._edit_interval = edit_interval
        self._pending: dict[tuple[int, int], _Pending] = {}

    async def show(self, event: CallbackQuery | Message, screen: Screen) -> None:
        """After a tap: in place. After a message: as a new one."""
        if isinstance(event, Message):
            await self.send(event.chat.id, screen)
        elif event.message is None or screen.picture or screen.document:
            await self.send(event.from_user.id, screen)
        else:
            await self.edit(event.message.chat.id, event.message.message_id, screen)

    async def send(self, chat_id: int, screen: Screen) -> Message:
        keyboard = screen.keyboard()
        if screen.picture:
            picture = BufferedInputFile(screen.picture.content, screen.picture.name)
            return await self._bot.send_photo(chat_id, picture, caption=screen.text, reply_markup=keyboard)
        if screen.document:
            document = BufferedInputFile(screen.document.content, screen.document.name)
            return await self._bot.send_document(
                chat_id, document, caption=screen.text, reply_markup=keyboard
            )
        return await self._bot.send_message(chat_id, screen.text, reply_markup=keyboard)

    async def edit(self, chat_id: int, message_id: int, screen: Screen) -> None:
        """Bring a message to this state now, or as soon as its last edit is a second old."""
        pending = self._pending.setdefault((chat_id, message_id), _Pending())
        pending.screen = screen
        if pending.task is not None:
            return
        if time.monotonic() - pending.last_edit >= self._edit_interval:
            await self._flush(chat_id, message_id, pending)
        else:
            pending.task = asyncio.create_task(self._flush_later(chat_id, message_id, pending))

    async def replace(self, callback: CallbackQuery, screen: Screen) -> None:
        """`show` without the wait, for a screen on which the next tap would mean something else than on the
        old one."""
        if callback.message is None:
            await self.send(callback.from_user.id, screen)
            return
        key = (callback.message.chat.id, callback.message.message_id)
        pending = self._pending.setdefault(key, _Pending())
        if pending.task is not None:
            pending.task.cancel()
            pending.task = None
        pending.screen = screen
        await self._flush(*key, pending)

    async def settle(self) -> None:
        """Wait until everything that was put off is shown (at shutdown)."""
        await asyncio.gather(*(pending.task for pending in self._pending.values() if pending.task))

    async def _flush_later(self, chat_id: int, message_id: int, pending: _Pending) -> None:
        await asyncio.sleep(self._edit_interval - (time.monotonic() - pending.last_edit))
        pending.task = None
        await self._flush(chat_id, message_id, pending)

    async def _flush(self, chat_id: int, message_id: int, pending: _Pending) -> None:
        screen, pending.screen = pending.screen, None
        pending.last_edit = time.monotonic()
        self._forget_old()
        if screen is None:
            return
        try:
            await edit_message(self._bot, chat_id, message_id, screen)
        except TelegramBadRequest as error:
            if cannot_be_edited(error):
                await self.send(chat_id, screen)
            elif not stands_already(error):
                raise

    def _forget_old(self) -> None:
        horizon = time.monotonic() - 60
        for key in [k for k, p in self._pending.items() if p.task is None and p.last_edit < horizon]:
            del self._pending[key]
