"""How a bot hears of the world: long polling or a webhook."""

import re
from typing import Any
from urllib.parse import urlsplit

from sandbox.errors import bad_request
from sandbox.methods.call import Call
from sandbox.updates import Webhook

MAX_POLL_SECONDS = 50
LOOPBACK = ("127.0.0.1", "localhost", "::1")


async def get_updates(call: Call) -> Any:
    _allow(call)
    updates = await call.bot.queue.poll(
        offset=call.args.integer("offset"),
        limit=max(1, min(100, call.args.integer("limit", 100))),
        seconds=min(MAX_POLL_SECONDS, call.args.integer("timeout")),
    )
    return [update.as_json() for update in updates]


async def set_webhook(call: Call) -> Any:
    url = call.args.text("url")
    if not url:
        return await delete_webhook(call)
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = call.args.text("secret_token")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    _allow(call)
    queue = call.bot.queue
    if call.args.flag("drop_pending_updates"):
        queue.drop_all()
    queue.webhook = Webhook(url, secret, max(1, min(100, call.args.integer("max_connections", 40))))
    queue.wake()
    return True


async def delete_webhook(call: Call) -> Any:
    queue = call.bot.queue
    queue.webhook = None
    if call.args.flag("drop_pending_updates"):
        queue.drop_all()
    queue.wake()
    return True


async def get_webhook_info(call: Call) -> Any:
    queue = call.bot.queue
    webhook = queue.webhook
    info: dict[str, Any] = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(queue.pending),
    }
    if webhook:
        info["max_connections"] = webhook.max_connections
        if webhook.last_error:
            info |= {"last_error_date": webhook.last_error_date, "last_error_message": webhook.last_error}
    if queue.allowed is not None:
        info["allowed_updates"] = sorted(queue.allowed)
    return info


def _allow(call: Call) -> None:
    """Remembers allowed_updates; an empty list means the default again."""
    allowed = call.args.structure("allowed_updates")
    if isinstance(allowed, list):
        call.bot.queue.allowed = frozenset(map(str, allowed)) or None
