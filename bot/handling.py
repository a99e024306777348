"""One update through the dispatcher, and an answer whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress

import structlog
from aiogram import Dispatcher
from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery, Message, Update

from bot.branch import Branch
from db.queries.inbox import StoredUpdate
from handlers.refusals import note_refusal
from handlers.screen import Screen
from handlers.texts.errors import apology_screen, error_screen
from services.errors import DomainError, LimitReached

log = structlog.get_logger()


class Handling:
    """What the intake does with an update."""

    def __init__(self, dispatcher: Dispatcher, branches: Mapping[int, Branch]) -> None:
        self._dispatcher = dispatcher
        self._branches = branches

    async def handle(self, stored: StoredUpdate) -> None:
        """Handle it; what the person did wrong is answered, anything else raised."""
        branch = self._branches[stored.chat.bot_id]
        update = Update.model_validate(stored.payload, context={"bot": branch.bot})
        try:
            await self._dispatcher.feed_update(branch.bot, update, **branch.provided)
        except DomainError as error:
            why = str(error.params.get("problem") or type(error).__name__)
            level = logging.WARNING if isinstance(error, LimitReached) else logging.INFO
            note_refusal(update, branch.of.school_id, why, level)
            await _answer(branch, update, error_screen(error))

    async def apologise(self, stored: StoredUpdate, error: BaseException) -> None:
        """Handling failed for good: tell the person, and the log under the same number. Never raises."""
        update_id = stored.payload["update_id"]
        number = f"{update_id % 1_000_000:06d}"
        log.error("update.failed", update_id=update_id, number=number, exc_info=error)
        # LookupError: the bot is not served any more.
        with suppress(AiogramError, ValueError, LookupError):
            branch = self._branches[stored.chat.bot_id]
            update = Update.model_validate(stored.payload, context={"bot": branch.bot})
            await _answer(branch, update, apology_screen(number))


async def _answer(branch: Branch, update: Update, screen: Screen) -> None:
    match update.event:
        case CallbackQuery() as callback:
            with suppress(AiogramError):
                await callback.answer()
            await branch.screens.send(callback.from_user.id, screen)
        case Message() as message:
            await branch.screens.send(message.chat.id, screen)
