from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from telegram_world import ANNA, MONDAY, TOKEN, HandClock, make_bot

from sandbox import Phone, TelegramSandbox


@pytest.fixture
def clock() -> HandClock:
    return HandClock(MONDAY)


@pytest.fixture
async def telegram(clock: HandClock) -> AsyncIterator[TelegramSandbox]:
    sandbox = TelegramSandbox(clock=clock, webhook_retry_seconds=0.01)
    sandbox.add_bot(TOKEN, "zvonok_test_bot", "Звонок")
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
def bot(telegram: TelegramSandbox, session: AiohttpSession) -> Bot:
    return make_bot(telegram, session)


@pytest.fixture(scope="session")
async def session() -> AsyncIterator[AiohttpSession]:
    """One for all tests: closing an aiogram session takes a quarter of a second."""
    session = AiohttpSession()
    yield session
    await session.close()


@pytest.fixture
async def anna(telegram: TelegramSandbox) -> Phone:
    phone = telegram.phone(ANNA, first_name="Анна", last_name="Соколова", phone_number="+79001234567")
    await phone.say("/start")
    return phone
