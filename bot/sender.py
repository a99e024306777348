"""The Messenger port over aiogram: a view becomes a screen, a screen a message, a refusal an outcome."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape

import structlog
from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from handlers.files import send_photo
from handlers.screen import Screen
from handlers.screens import Screens, cannot_be_edited, edit_message, stands_already
from handlers.texts.i18n import speaking
from handlers.texts.repeat import marked_as_repeat
from services.files import FileService
from services.notifications.limiter import Limiter
from services.notifications.ports import (
    Address,
    Blocked,
    Delivered,
    Outcome,
    Refused,
    RetryAfter,
    TryLater,
    Unknown,
    Unreachable,
)

Render = Callable[..., Screen]
"""A function of handlers.texts: the view of one kind of message in, a screen out."""

_NOBODY_THERE = ("chat not found", "user is deactivated", "peer_id_invalid")
_BAD_MARKUP = "can't parse entities"

log = structlog.get_logger()


class AiogramMessenger:
    """`bot` must have no pace of its own: the sender has waited for its turn already. Without `files` a
    message with a photo is sent as its text alone."""

    def __init__(
        self,
        bot: Bot,
        limiter: Limiter,
        screens_of: Mapping[str, Render],
        files: FileService | None = None,
    ) -> None:
        self._bot = bot
        self._screens = Screens(bot)
        self._limiter = limiter
        self._screens_of = screens_of
        self._files = files

    async def deliver(
        self, address: Address, kind: str, view: object, *, external_ref: int | None, repeat: bool
    ) -> Outcome:
        """See `ports.Messenger`."""
        try:
            with speaking(address.language):
                screen = self._screens_of[kind](view)
                if repeat:
                    screen = marked_as_repeat(screen)
        except Exception as error:
            log.exception("sender.not_rendered", kind=kind)
            return Refused(f"not rendered: {type(error).__name__}")
        try:
            return Delivered(await self._put(address.chat_id, screen, external_ref))
        except TelegramAPIError as error:
            return self._outcome(address.chat_id, error)
        except ClientDecodeError:
            return Unknown()

    async def _put(self, chat_id: int, screen: Screen, external_ref: int | None) -> int:
        if screen.picture or screen.document:
            return (await self._screens.send(chat_id, screen)).message_id
        try:
            return await self._write(chat_id, external_ref, screen, screen.text, ParseMode.HTML)
        except TelegramBadRequest as error:
            if _BAD_MARKUP not in error.message:
                raise
            log.error("sender.bad_markup")
            plain = unescape(re.sub(r"<[^<>]*>", "", screen.text))
            return await self._write(chat_id, external_ref, screen, plain, None)

    async def _write(
        self,
        chat_id: int,
        external_ref: int | None,
        screen: Screen,
        text: str,
        parse_mode: ParseMode | None,
    ) -> int:
        if external_ref is not None:
            try:
                await edit_message(self._bot, chat_id, external_ref, screen, text=text, parse_mode=parse_mode)
            except TelegramBadRequest as error:
                if stands_already(error):
                    return external_ref
                if not cannot_be_edited(error):
                    raise
            else:
                return external_ref
        keyboard = screen.keyboard()
        if screen.photo is not None and self._files is not None:
            sent = await send_photo(
                self._bot,
                chat_id,
                screen.photo,
                self._files,
                caption=text,
                keyboard=keyboard,
                parse_mode=parse_mode,
            )
            if sent is not None:
                return sent.message_id
        message = await self._bot.send_message(chat_id, text, reply_markup=keyboard, parse_mode=parse_mode)
        return message.message_id

    def _outcome(self, chat_id: int, error: TelegramAPIError) -> Outcome:
        match error:
            case TelegramRetryAfter(retry_after=seconds):
                return RetryAfter(seconds, whole_token=self._limiter.refused(chat_id, seconds))
            case TelegramForbiddenError():
                return Blocked()
            case TelegramBadRequest() if any(sign in error.message.lower() for sign in _NOBODY_THERE):
                return Blocked()
            case TelegramUnauthorizedError() | TelegramNotFound():
                log.error("sender.token_refused")
                return Unreachable()
            case TelegramServerError():
                return TryLater(type(error).__name__)
            case TelegramNetworkError():
                never_left = isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)
                return Unreachable() if never_left else Unknown()
        return Refused(error.message)
