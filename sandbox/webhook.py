"""Updates sent to a bot's webhook: the chats side by side, each chat in order, repeated until accepted."""

import asyncio
import json
from typing import TYPE_CHECKING, Any

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, MultipartReader

from sandbox.args import Args
from sandbox.errors import ApiError
from sandbox.state import BotAccount, Chat
from sandbox.updates import Update, Webhook

if TYPE_CHECKING:
    from sandbox.server import TelegramSandbox

TIMEOUT = ClientTimeout(total=60)
MAX_DELAY_SECONDS = 60


async def deliver(sandbox: "TelegramSandbox", bot: BotAccount, retry_seconds: float) -> None:
    """Runs for the bot's whole life; does nothing while no webhook is set."""
    busy: set[Chat] = set()
    async with ClientSession(timeout=TIMEOUT) as session, asyncio.TaskGroup() as group:

        async def send(update: Update) -> None:
            delay = retry_seconds
            while (webhook := bot.queue.webhook) and update in bot.queue.pending:
                if await _post(sandbox, bot, session, webhook, update):
                    if update in bot.queue.pending:
                        bot.queue.confirm(update)
                    break
                await asyncio.sleep(delay)
                delay = min(delay * 2, MAX_DELAY_SECONDS)
            busy.discard(update.chat)
            bot.queue.wake()

        while True:
            webhook = bot.queue.webhook
            for update in bot.queue.pending if webhook else ():
                if webhook is None or len(busy) >= webhook.max_connections:
                    break
                if update.chat not in busy:
                    busy.add(update.chat)
                    group.create_task(send(update))
            await bot.queue.arrived()


async def _post(
    sandbox: "TelegramSandbox", bot: BotAccount, session: ClientSession, webhook: Webhook, update: Update
) -> bool:
    headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret_token} if webhook.secret_token else {}
    try:
        async with session.post(webhook.url, json=update.as_json(), headers=headers) as response:
            if response.ok:
                await _do_what_the_reply_asks(sandbox, bot, response)
                return True
            webhook.last_error = f"Wrong response from the webhook: {response.status} {response.reason}"
    except TimeoutError:
        webhook.last_error = "Read timeout expired"
    except ClientError:
        webhook.last_error = "Connection refused"
    webhook.last_error_date = sandbox.state.now()
    return False


async def _do_what_the_reply_asks(
    sandbox: "TelegramSandbox", bot: BotAccount, response: ClientResponse
) -> None:
    values: dict[str, Any] = {}
    if response.content_type == "application/json":
        body = json.loads(await response.read() or b"null")
        values = body if isinstance(body, dict) else {}
    elif response.content_type == "multipart/form-data":
        async for part in MultipartReader.from_response(response):
            if not isinstance(part, MultipartReader) and part.name and not part.filename:
                values[part.name] = await part.text()
    if method := values.pop("method", None):
        try:
            await sandbox.call(bot, str(method), Args(values))
        except ApiError:
            return  # Telegram drops the outcome of a method sent in a webhook's reply.
