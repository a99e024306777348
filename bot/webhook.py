"""Updates that the messenger posts: kept before the answer says that we have them."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from aiohttp import web

from bot.intake import Intake
from bot.updates import read_update
from db.listening import OUTAGE

_LARGEST_BODY = 1 << 20
BODY_SECONDS = 10.0
_KEEP_SECONDS = 10.0


class Mailbox(NamedTuple):
    """Where a bot's updates are posted, and what only Telegram and we know."""

    url: str
    secret: str
    bot_id: int
    school_id: int | None


def webhook_app(
    intake: Intake, mailboxes: Callable[[], Iterable[Mailbox]], *, body_seconds: float = BODY_SECONDS
) -> web.Application:
    """Receives what the messenger posts; the answer comes after the update is kept.

    `mailboxes` is asked for every request. Whoever does not know the secret finds nothing, and nothing that
    they send is read.
    """

    async def receive(request: web.Request) -> web.Response:
        mailbox = _addressed(request, mailboxes())
        if mailbox is None:
            raise web.HTTPNotFound
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        try:
            async with asyncio.timeout(body_seconds):
                update = read_update(await request.read())
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        except ValueError:
            raise web.HTTPBadRequest from None
        try:
            async with asyncio.timeout(_KEEP_SECONDS):
                await intake.receive([update], bot_id=mailbox.bot_id, school_id=mailbox.school_id)
        except (TimeoutError, *OUTAGE):
            raise web.HTTPServiceUnavailable from None  # it will be posted again
        return web.Response()

    app = web.Application(client_max_size=_LARGEST_BODY)
    app.router.add_post("/{path:.*}", receive)
    return app


def _addressed(request: web.Request, mailboxes: Iterable[Mailbox]) -> Mailbox | None:
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode(errors="surrogateescape")
    for mailbox in mailboxes:
        if (urlsplit(mailbox.url).path or "/") == request.path:
            return mailbox if hmac.compare_digest(given, mailbox.secret.encode()) else None
    return None
