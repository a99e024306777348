"""Telegram over HTTP, as lean as we need it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from functools import cache
from typing import Any, cast

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    Response,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiohttp import ClientError, ClientTimeout

from services.notifications.limiter import Limiter

REQUEST_SECONDS = 20.0
CONNECT_SECONDS = 5.0
_PATIENCE = 10
"""Seconds that a reply waits when Telegram says «too many»."""
_ATTEMPTS = 3

_EDITS = (EditMessageText, EditMessageCaption, EditMessageReplyMarkup)
_COUNTED = (SendMessage, SendPhoto, SendDocument, *_EDITS)
"""What counts against Telegram's limits; answers to taps do not."""


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates whose updates stay as they came, for the inbox."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


def _without_echo(content: str) -> Any:
    """Telegram repeats the keyboard and the markup of a message it was sent; nobody needs to parse them."""
    answer = json.loads(content)
    result = answer.get("result") if isinstance(answer, dict) else None
    if isinstance(result, dict):
        result.pop("reply_markup", None)
        result.pop("entities", None)
    return answer


@cache
def _keep_answer_type(result: Any) -> Any:
    """pydantic forgets a generic class nobody holds and builds it anew for the next answer, which takes
    longer than everything else about a call."""
    return Response[result]


@cache
def _trusted() -> Any:
    """The certificates that aiogram reads for each session anew: two thirds of a megabyte, which the bots of
    a hundred schools may share."""
    return AiohttpSession()._connector_init["ssl"]


class JsonSession(AiohttpSession):
    """Sends JSON bodies instead of forms, except when there are files."""

    def __init__(self, api_url: str) -> None:
        super().__init__(
            api=TelegramAPIServer.from_base(api_url), json_loads=_without_echo, timeout=REQUEST_SECONDS
        )
        self._connector_init["ssl"] = _trusted()

    async def close(self) -> None:
        """aiogram waits a quarter of a second more, for nothing that we need."""
        if self._session is not None:
            await self._session.close()

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        """Of a file. aiohttp's errors quote its address, and so the token; and nobody would try again."""
        try:
            async for chunk in super().stream_content(*args, **kwargs):
                yield chunk
        except ClientError as error:
            raise ConnectionError(type(error).__name__) from None

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        _keep_answer_type(method.__returning__)
        files: dict[str, Any] = {}
        body = {
            name: prepared
            for name, value in method.model_dump(warnings=False).items()
            if (prepared := self.prepare_value(value, bot=bot, files=files, _dumps_json=False)) is not None
        }
        if files:
            return await super().make_request(bot, method, timeout)
        session = await self.create_session()
        try:
            async with session.post(
                self.api.api_url(token=bot.token, method=method.__api_method__),
                json=body,
                timeout=ClientTimeout(total=timeout or self.timeout, sock_connect=CONNECT_SECONDS),
            ) as answer:
                content = await answer.text(errors="replace")
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="timeout") from error
        except ClientError as error:
            raise TelegramNetworkError(method=method, message=type(error).__name__) from error
        response: Response[TelegramType] = self.check_response(bot, method, answer.status, content)
        return cast(TelegramType, response.result)


class PacedReplies(BaseRequestMiddleware):
    """Replies share the token's pace with the outbox and go first; «too many» is waited out when short, but
    for edits, which `Screens` puts off."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        counted = isinstance(method, _COUNTED)
        if not counted:
            return await make_request(bot, method)
        chat_id = int(getattr(method, "chat_id", 0))
        turn_of = self._limiter.edit if isinstance(method, _EDITS) else self._limiter.reply
        for attempt in range(1, _ATTEMPTS + 1):
            async with turn_of(chat_id):
                try:
                    return await make_request(bot, method)
                except TelegramRetryAfter as refusal:
                    rest = refusal.retry_after
                    self._limiter.refused(chat_id, rest)
                    if isinstance(method, _EDITS) or rest > _PATIENCE or attempt == _ATTEMPTS:
                        raise
            # Its turn is over: nobody else waits for this chat's rest.
            await asyncio.sleep(rest)
        raise AssertionError("the last attempt returns or raises")


class Told(BaseRequestMiddleware):
    """`tell` hears of each chat that something which counts goes to; inside a pace, in its turn."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if isinstance(method, _COUNTED):
            self._tell(int(getattr(method, "chat_id", 0)))
        return await make_request(bot, method)


class LateAnswers(BaseRequestMiddleware):
    """A tap that waited too long can no longer be answered, but what it asked for is still to be done."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            return await make_request(bot, method)
        except TelegramBadRequest as error:
            if isinstance(method, AnswerCallbackQuery) and "query is too old" in error.message:
                return cast(Response[TelegramType], True)
            raise


def build_bot(token: str, api_url: str) -> Bot:
    """A bot that writes Telegram HTML and shows no previews of links."""
    return Bot(
        token,
        session=JsonSession(api_url),
        default=DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True),
    )
