"""Whatever comes in is answered: the whole bot over HTTP, at its edges."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import F, Router
from aiogram.types import Message
from pydantic import SecretStr

import bot.app
from bot.app import Application, application
from bot.config import Settings
from db.engine import Database
from handlers import ROUTERS
from sandbox import Phone, TelegramSandbox
from services.errors import Locked
from tests.world import MONDAY, FakeClock, Story, story

TOKEN = "4242:sandbox-answers"


async def break_down(message: Message) -> None:
    raise KeyError(message.text)


async def be_locked(message: Message) -> None:
    raise Locked(date=MONDAY)


def breaking_router() -> Router:
    router = Router(name="tests.breaking")
    router.message.register(break_down, F.text == "сломайся")
    router.message.register(be_locked, F.text == "исправь")
    return router


class Bot:
    def __init__(self, telegram: TelegramSandbox, people: Story, app: Application) -> None:
        self.telegram = telegram
        self.people = people
        self.app = app

    async def phone_of(self, person_id: int) -> Phone:
        phone = self.telegram.phone(self.people.world.accounts[person_id].chat_id, first_name="Анна")
        await phone.start()
        await phone.sees_button("Помощь")
        return phone


@pytest.fixture
async def zvonok(
    committed_db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Bot]:
    async with committed_db.transaction() as session:
        people = await story(session)
        await people.world.account_of(people.anna)
    telegram = TelegramSandbox()
    telegram.add_bot(TOKEN, "zvonok_test_bot")
    await telegram.start()
    monkeypatch.setattr(bot.app, "ROUTERS", (breaking_router(), *ROUTERS))
    settings = Settings(bot_token=SecretStr(TOKEN), bot_api_url=telegram.base_url)
    async with application(settings, committed_db, clock) as app:
        yield Bot(telegram, people, app)
    await telegram.stop()


async def test_a_button_that_nobody_knows_is_answered_with_a_way_on(zvonok: Bot) -> None:
    anna = await zvonok.phone_of(zvonok.people.anna)
    await anna.press_data("gone:1:2")
    await anna.sees_on_screen("Эта кнопка устарела")
    await anna.sees_button("‹ Меню")


async def test_a_photo_where_nothing_is_expected_is_answered(zvonok: Bot) -> None:
    anna = await zvonok.phone_of(zvonok.people.anna)
    await anna.send_document(b"x" * 100, "план.txt")
    await anna.sees("Сейчас я этого не жду")


async def test_4096_emoji_are_answered(zvonok: Bot) -> None:
    anna = await zvonok.phone_of(zvonok.people.anna)
    await anna.say("👍" * 2048)
    await anna.sees("Сейчас я этого не жду")


async def test_a_stranger_is_told_how_to_get_in_whatever_they_do(zvonok: Bot) -> None:
    stranger = zvonok.telegram.phone(5, first_name="Чужой")
    await stranger.start()
    await stranger.sees("приглаш")
    await stranger.sees_after(await stranger.say("сломайся"))
    await stranger.does_not_see("сломалось")


async def test_a_domain_error_is_a_sentence_and_a_button(zvonok: Bot) -> None:
    anna = await zvonok.phone_of(zvonok.people.anna)
    await anna.say("исправь")
    await anna.sees("Записи за 14 сентября закрыты")
    await anna.sees_button("‹ Меню")


async def test_a_bug_is_an_apology_with_a_number_and_the_next_message_is_handled(
    zvonok: Bot,
) -> None:
    anna = await zvonok.phone_of(zvonok.people.anna)
    await anna.say("сломайся")
    apology = await anna.sees("Простите, у меня что-то сломалось")
    assert "номер" in apology.text
    await anna.say("ещё")
    await anna.sees("Сейчас я этого не жду")
