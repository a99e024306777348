"""What every handler gets: the account, and who is behind it right now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.dispatcher.flags import get_flag
from aiogram.dispatcher.middlewares.base import BaseMiddleware
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message, TelegramObject, User

from db.engine import Database
from db.enums import Channel
from handlers.common.stranger import turn_away
from handlers.refusals import note_refusal
from handlers.texts.i18n import languages, speak
from services.access.identity import actor_of
from services.actor import Account, Actor
from services.clock import Clock
from services.errors import NotFound
from services.notice_settings import NoticeSettingsService

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class PrivateChats(BaseMiddleware):
    """Pupils' data has no place in group chats: nothing there is answered."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        context: EventContext = data[EVENT_CONTEXT_KEY]
        if context.user is None or (context.chat and context.chat.type not in (ChatType.PRIVATE, "")):
            return None
        return await handler(event, data)


class Language(BaseMiddleware):
    """Answers are in the language that the person has chosen; asked only where there are several."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        context: EventContext = data[EVENT_CONTEXT_KEY]
        if len(languages()) > 1 and context.user is not None:
            notice_settings: NoticeSettingsService = data["notice_settings"]
            speak(await notice_settings.language_of(account=_account(context.user, data)))
        return await handler(event, data)


class WhoIsThere(BaseMiddleware):
    """Gives handlers `account` and, looked up for this very update, `actor`.

    A handler with the flag actor="by statement" asks in its own statement who acts; one with stranger=True
    is also for accounts without a person, and then `actor` is None. From other handlers strangers are turned
    away.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, Message | CallbackQuery)
        assert event.from_user is not None, "PrivateChats lets only people pass"
        data["account"] = account = _account(event.from_user, data)
        if get_flag(data, "actor") == "by statement":
            try:
                return await handler(event, data)
            except NotFound:
                # The statement cannot tell a stranger from a colleague: somebody whose access was closed
                # hears that, and not that the lesson is gone.
                if await _actor(account, data) is not None:
                    raise
        else:
            data["actor"] = await _actor(account, data)
            if data["actor"] is not None or get_flag(data, "stranger"):
                return await handler(event, data)
        if isinstance(event, CallbackQuery):
            note_refusal(data["event_update"], account.school_id, "stranger")
        await turn_away(event, account, data["screens"], data["bindings"])
        return None


def _account(user: User, data: dict[str, Any]) -> Account:
    return Account(Channel.TELEGRAM, user.id, user.id, data["school_id"])


async def _actor(account: Account, data: dict[str, Any]) -> Actor | None:
    db: Database = data["db"]
    clock: Clock = data["clock"]
    async with db.statement() as session:
        return await actor_of(session, account, clock.now())
