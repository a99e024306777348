"""Updates that the messenger posts: kept before the answer says that we have them."""

from __future__ import annotations

import hmac

from aiohttp import web

from bot.intake import Intake

_LARGEST_WEBHOOK = 1 << 20


def webhook_app(intake: Intake, *, path: str, secret: str) -> web.Application:
    """Receives what the messenger posts; the answer comes after the update is kept."""

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):
            raise web.HTTPNotFound
        try:
            update = await request.json()
        except ValueError:
            raise web.HTTPBadRequest from None
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            raise web.HTTPBadRequest
        await intake.receive([update])
        return web.Response()

    app = web.Application(client_max_size=_LARGEST_WEBHOOK)
    app.router.add_post(path, receive)
    return app
