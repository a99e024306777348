import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.methods import SendMessage
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from sandbox import Phone, TelegramSandbox

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    runners: list[web.AppRunner] = []

    async def start(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> str:
        app = web.Application()
        app.router.add_post("/hook", handler)
        runner = web.AppRunner(app)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/hook"

    yield start
    for runner in runners:
        await runner.cleanup()


async def test_aiogram_gets_its_updates_by_webhook_and_answers_in_the_reply(
    bot: Bot, anna: Phone, serve: Serve
) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> SendMessage:
        return message.answer(f"Вы написали: {message.text}")

    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token="s3cret")
    await bot.set_webhook(await serve(handler.handle), secret_token="s3cret", drop_pending_updates=True)
    await anna.say("Здравствуйте")
    await anna.sees("Вы написали: Здравствуйте")
    info = await bot.get_webhook_info()
    assert info.pending_update_count == 0
    assert info.last_error_message is None


async def test_a_refused_update_is_sent_again_and_nothing_overtakes_it(
    bot: Bot, anna: Phone, serve: Serve
) -> None:
    seen: list[str] = []
    done = asyncio.Event()

    async def hook(request: web.Request) -> web.Response:
        seen.append((await request.json())["message"]["text"])
        if len(seen) < 3:
            return web.Response(status=502)
        if len(seen) == 4:
            done.set()
        return web.Response()

    await anna.say("Здравствуйте")
    await bot.set_webhook(await serve(hook))
    await asyncio.wait_for(done.wait(), 20)
    assert seen == ["/start", "/start", "/start", "Здравствуйте"]
    assert (await bot.get_webhook_info()).last_error_message == (
        "Wrong response from the webhook: 502 Bad Gateway"
    )


async def test_polling_and_a_webhook_exclude_each_other(bot: Bot, telegram: TelegramSandbox) -> None:
    await bot.set_webhook("https://school.invalid/hook")
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == []


@pytest.mark.parametrize("url", ["http://school.invalid/hook", "ftp://127.0.0.1/"])
async def test_a_webhook_needs_https(bot: Bot, url: str) -> None:
    with pytest.raises(TelegramBadRequest, match="An HTTPS URL must be provided for webhook"):
        await bot.set_webhook(url)


async def test_a_secret_must_be_plain(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="secret token contains unallowed characters"):
        await bot.set_webhook("https://school.invalid/hook", secret_token="се крет")
