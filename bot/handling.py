"""One update through the dispatcher, and an answer whatever happens."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery, Message, Update

from handlers.screen import Screen, Screens
from handlers.texts.errors import apology_screen, error_screen
from services.errors import DomainError

log = structlog.get_logger()


class Handling:
    """What the intake does with an update."""

    def __init__(self, dispatcher: Dispatcher, bot: Bot, screens: Screens) -> None:
        self._dispatcher = dispatcher
        self._bot = bot
        self._screens = screens

    async def handle(self, payload: dict[str, Any]) -> None:
        """Handle it; what the person did wrong is answered, anything else raised."""
        update = Update.model_validate(payload, context={"bot": self._bot})
        try:
            await self._dispatcher.feed_update(self._bot, update)
        except DomainError as error:
            await self._answer(update, error_screen(error))

    async def apologise(self, payload: dict[str, Any], error: BaseException) -> None:
        """Handling failed for good: tell the person, and the log under the same number. Never raises."""
        number = f"{payload['update_id'] % 1_000_000:06d}"
        log.error("update.failed", update_id=payload["update_id"], number=number, exc_info=error)
        with suppress(AiogramError, ValueError):
            update = Update.model_validate(payload, context={"bot": self._bot})
            await self._answer(update, apology_screen(number))

    async def _answer(self, update: Update, screen: Screen) -> None:
        match update.event:
            case CallbackQuery() as callback:
                with suppress(AiogramError):
                    await callback.answer()
                await self._screens.send(callback.from_user.id, screen)
            case Message() as message:
                await self._screens.send(message.chat.id, screen)
