"""Showing screens: put into the chat now, or as soon as the limits allow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import structlog
from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import EditMessageText
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    Message,
)

from handlers.screen import Screen

EDIT_INTERVAL = 1.0
"""Seconds between two edits in a chat: edits count against Telegram's limit of a chat."""
EDITS_AT_ONCE = 10
"""More would only wait for the pace of the token, and hold up those who have tapped."""
_PATIENCE = 4
"""Intervals that a chat rests longer when the messenger was away."""
_MAX_FAILURES = 60
"""One after another in a chat: whoever taps again sees everything."""
_FAREWELL_SECONDS = 10.0

log = structlog.get_logger()


@dataclass(slots=True)
class _Chat:
    """What is still to be shown in a chat, by message; the longest waiting first."""

    waiting: dict[int, Screen] = field(default_factory=dict)
    last_edit: float = float("-inf")
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    """Of whoever edits: an older screen must not arrive after a newer one."""
    failures: int = 0
    """Since the last edit that was made."""
    task: asyncio.Task[None] | None = field(default=None, repr=False)


class _EditText(EditMessageText):
    """The message as it is now, which Telegram answers, nobody reads: to take it apart takes longer than to
    say what it should be."""

    __returning__: ClassVar[Any] = Any


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
    which: dict[str, Any] = {"chat_id": chat_id, "message_id": message_id}
    which |= {"reply_markup": keyboard, "parse_mode": parse_mode}
    if screen.photo is not None:
        try:
            await bot.edit_message_caption(caption=words, **which)
        except TelegramBadRequest as error:
            if "no caption in the message" not in error.message:
                raise
        else:
            return
    await bot(_EditText(text=words, **which))


class Screens:
    """Shows screens: edits the message that was tapped, or sends a new one when it cannot be edited.

    Edits of a chat are at least a second apart, and few are on their way at once; until then the last state
    of a message wins. So whoever taps fast, or taps while everybody does, is answered at once by
    `callback.answer`, which no limit counts, and nobody waits for somebody else's screen.
    """

    def __init__(
        self,
        bot: Bot,
        edit_interval: float = EDIT_INTERVAL,
        rest_of: Callable[[int], float] = lambda _chat_id: 0.0,
    ) -> None:
        """`rest_of`: seconds that a chat should still rest from what others write there."""
        self._bot = bot
        self._edit_interval = edit_interval
        self._rest_of = rest_of
        self._chats: dict[int, _Chat] = {}
        self._turns = asyncio.Semaphore(EDITS_AT_ONCE)

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
        """Bring a message to this state now, or as soon as its chat and the others let it."""
        chat = self._chats.setdefault(chat_id, _Chat())
        is_free = chat.task is None and not chat.turn.locked() and self._rest(chat_id, chat) <= 0
        if is_free and not self._turns.locked():
            async with self._turns, chat.turn:
                await self._flush_or_put_off(chat_id, chat, message_id, screen)
        else:
            chat.waiting[message_id] = screen
        self._flush_soon(chat_id, chat)

    async def replace(self, callback: CallbackQuery, screen: Screen) -> None:
        """`show` without the wait, for a screen on which the next tap would mean something else than on the
        old one."""
        if callback.message is None:
            await self.send(callback.from_user.id, screen)
            return
        chat_id, message_id = callback.message.chat.id, callback.message.message_id
        chat = self._chats.setdefault(chat_id, _Chat())
        async with chat.turn:
            chat.waiting.pop(message_id, None)
            await self._flush_or_put_off(chat_id, chat, message_id, screen)
        self._flush_soon(chat_id, chat)

    def unsettled(self) -> list[int]:
        """Chats in which something that was put off is still to be shown."""
        return [chat_id for chat_id, chat in self._chats.items() if chat.task]

    async def settle(self) -> None:
        """Wait until everything that was put off is shown (at shutdown), or the messenger stays away."""
        tasks = [chat.task for chat in self._chats.values() if chat.task]
        if tasks:
            _, left = await asyncio.wait(tasks, timeout=_FAREWELL_SECONDS)
            for task in left:
                task.cancel()

    def _rest(self, chat_id: int, chat: _Chat) -> float:
        """Seconds until the chat may be edited again, or until it should be asked again."""
        return max(self._edit_interval - (time.monotonic() - chat.last_edit), self._rest_of(chat_id))

    def _flush_soon(self, chat_id: int, chat: _Chat) -> None:
        if chat.waiting and chat.task is None:
            chat.task = asyncio.create_task(self._flush_later(chat_id, chat))

    async def _flush_later(self, chat_id: int, chat: _Chat) -> None:
        """Whatever waits in a chat, until nothing does."""
        try:
            while chat.waiting:
                if (rest := self._rest(chat_id, chat)) > 0:
                    await asyncio.sleep(rest)
                    continue
                async with self._turns, chat.turn:
                    for message_id in list(chat.waiting)[:1]:
                        screen = chat.waiting.pop(message_id)
                        try:
                            await self._flush_or_put_off(chat_id, chat, message_id, screen)
                        except AiogramError as error:
                            log.warning("screens.not_edited", error=type(error).__name__)
                        except Exception:  # a screen that cannot be made keeps no other back
                            log.exception("screens.broken")
        finally:
            chat.task = None

    async def _flush_or_put_off(self, chat_id: int, chat: _Chat, message_id: int, screen: Screen) -> None:
        """While the messenger is away the screen waits, and nothing that led to it has to be done again."""
        try:
            await self._flush(chat_id, chat, message_id, screen)
        except (TelegramNetworkError, TelegramServerError, TelegramRetryAfter) as error:
            log.warning("screens.not_edited_yet", error=type(error).__name__)
            chat.waiting.setdefault(message_id, screen)
            chat.last_edit += getattr(error, "retry_after", _PATIENCE * self._edit_interval)
            chat.failures += 1
            if chat.failures >= _MAX_FAILURES:
                log.error("screens.given_up", screens=len(chat.waiting))
                chat.waiting.clear()
        else:
            chat.failures = 0

    async def _flush(self, chat_id: int, chat: _Chat, message_id: int, screen: Screen) -> None:
        chat.last_edit = time.monotonic()
        self._forget_old()
        try:
            await edit_message(self._bot, chat_id, message_id, screen)
        except TelegramBadRequest as error:
            if cannot_be_edited(error):
                await self.send(chat_id, screen)
            elif not stands_already(error):
                raise
        finally:
            # It may have waited for the pace of the token.
            chat.last_edit = time.monotonic()

    def _forget_old(self) -> None:
        horizon = time.monotonic() - 60
        for chat_id in [key for key, one in self._chats.items() if not one.task and one.last_edit < horizon]:
            del self._chats[chat_id]
