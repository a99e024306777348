"""Another installation has the same token: Telegram answers 409 to whoever asks first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from types import SimpleNamespace
from typing import cast

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.branch import Branch
from bot.commands.doctor import bot_check
from bot.receiving import poll
from bot.telegram import build_bot
from db.engine import Database
from db.enums import InboxState
from db.listening import Duties
from sandbox import TelegramSandbox
from services.watching import Pulse, PulseState
from tests.intake.test_inbox import BOT, MOTHER, Box
from tests.processes import until

TOKEN = f"{BOT}:used-by-two"
ELSEWHERE = "http://127.0.0.1:9/hook"

Share = Callable[[TelegramSandbox], AbstractAsyncContextManager[str]]
"""What another installation does for a while; gives its name."""


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    sandbox = TelegramSandbox()
    sandbox.add_bot(TOKEN, "zvonok_bot")
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@asynccontextmanager
async def a_bot(telegram: TelegramSandbox) -> AsyncIterator[Bot]:
    bot = build_bot(TOKEN, telegram.base_url)
    yield bot
    await bot.session.close()


@asynccontextmanager
async def polling(db: Database, telegram: TelegramSandbox, box: Box) -> AsyncIterator[Pulse]:
    """Our installation."""
    duties, pulse = Duties(db.url), Pulse()
    async with box.open() as postman, a_bot(telegram) as bot:
        branch = cast(Branch, SimpleNamespace(bot=bot, of=SimpleNamespace(bot_id=BOT, school_id=None)))
        tasks = [
            asyncio.create_task(duties.run()),
            asyncio.create_task(poll(branch, postman.intake, duties, lock=BOT, pulse=pulse)),
        ]
        try:
            yield pulse
        finally:
            for task in reversed(tasks):
                task.cancel()
                await asyncio.wait([task])


@asynccontextmanager
async def polled_by_another(telegram: TelegramSandbox) -> AsyncIterator[str]:
    async def ask() -> None:
        while True:
            with suppress(TelegramConflictError):
                await rival.get_updates(timeout=30)

    async with a_bot(telegram) as rival:
        asking = asyncio.create_task(ask())
        yield "polling"
        asking.cancel()
        await asyncio.wait([asking])


@asynccontextmanager
async def posted_to_another(telegram: TelegramSandbox) -> AsyncIterator[str]:
    async with a_bot(telegram) as rival:
        await rival.set_webhook(ELSEWHERE)
        yield "webhook"
        await rival.delete_webhook()


@pytest.mark.parametrize("shared", [polled_by_another, posted_to_another])
async def test_it_is_told_once_and_the_bot_goes_on_trying(
    committed_db: Database, telegram: TelegramSandbox, box: Box, shared: Share
) -> None:
    async def refused_again() -> bool:
        return sum("Conflict" in call.error for call in telegram.calls) > 2

    async def asks() -> bool:
        return any(call.method == "deleteWebhook" for call in telegram.calls)

    async def handled() -> bool:
        return InboxState.DONE in (await box.states()).values()

    with capture_logs() as logs:
        async with polling(committed_db, telegram, box) as pulse:
            await until(asks, "our installation asks for updates")
            async with shared(telegram) as by:
                await until(refused_again, "Telegram refuses again and again")
                assert pulse.state() is PulseState.CONTESTED
            await telegram.phone(MOTHER).say("Болеет")
            await until(handled, "what people write is handled again")
    told = [entry for entry in logs if entry["event"].startswith("intake.")]
    assert told == [{"event": "intake.token_used_elsewhere", "log_level": "error", "school": None, "by": by}]


@pytest.mark.parametrize(
    ("ours", "theirs", "fine"), [("", "", True), (ELSEWHERE, ELSEWHERE, True), ("", ELSEWHERE, False)]
)
async def test_the_doctor_says_when_updates_go_to_another_address(
    telegram: TelegramSandbox, ours: str, theirs: str, *, fine: bool
) -> None:
    async with a_bot(telegram) as rival:
        await rival.set_webhook(theirs)
    check = await bot_check("Telegram", SecretStr(TOKEN), telegram.base_url, "ZVONOK_BOT_TOKEN", ours)
    assert check.ok is fine
    assert check.text.startswith("@zvonok_bot")
    assert ELSEWHERE not in check.text
