"""When a screen is edited: a chat at a time, few at once, the newest state winning."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import EditMessageText, TelegramMethod
from aiogram.types import CallbackQuery, Chat, InlineKeyboardMarkup, Message, User

from handlers.screen import Screen
from handlers.screens import EDITS_AT_ONCE, Screens

INTERVAL = 0.01


class Seconds:
    """Stand until the test lets them go on: a busy machine makes no chat rest less."""

    def __init__(self) -> None:
        self._stand_at: float | None = time.monotonic()

    def monotonic(self) -> float:
        return time.monotonic() if self._stand_at is None else self._stand_at

    def go_on(self) -> None:
        self._stand_at = None


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    seconds = Seconds()
    monkeypatch.setattr("handlers.screens.time", seconds)
    return seconds


class Telegram(BaseSession):
    """Edits arrive when the gate is open; `failures` of them are lost on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.edits: list[tuple[Any, Any, str]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.failures = 0

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram's signature
        assert isinstance(method, EditMessageText)
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise TelegramNetworkError(method, "away")
        self.edits.append((method.chat_id, method.message_id, str(method.text)))
        return True

    async def close(self) -> None: ...

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""


def screens_over(telegram: Telegram) -> Screens:
    return Screens(Bot("1:screens", session=telegram), INTERVAL)


def a_tap_on(*, chat_id: int, message_id: int) -> CallbackQuery:
    person = User(id=chat_id, is_bot=False, first_name="Анна")
    message = Message(message_id=message_id, date=datetime.now(UTC), chat=Chat(id=chat_id, type="private"))
    return CallbackQuery(id="1", from_user=person, chat_instance="1", message=message, data="x")


async def test_a_first_edit_is_made_at_once_and_the_newest_state_wins_afterwards(seconds: Seconds) -> None:
    telegram = Telegram()
    screens = screens_over(telegram)
    for words in ("один", "два", "три"):
        await screens.edit(7, 1, Screen(words))
    assert telegram.edits == [(7, 1, "один")]
    seconds.go_on()
    await screens.settle()
    assert telegram.edits == [(7, 1, "один"), (7, 1, "три")]


async def test_two_messages_of_a_chat_share_its_pace(seconds: Seconds) -> None:
    telegram = Telegram()
    screens = screens_over(telegram)
    for message_id in (1, 2, 3):
        await screens.edit(7, message_id, Screen("журнал"))
    assert [message_id for _, message_id, _ in telegram.edits] == [1]
    seconds.go_on()
    await screens.settle()
    assert [message_id for _, message_id, _ in telegram.edits] == [1, 2, 3]


async def test_nobody_waits_for_the_screens_of_others() -> None:
    telegram = Telegram()
    telegram.gate.clear()
    screens = screens_over(telegram)
    first = [asyncio.create_task(screens.edit(chat, 1, Screen("раз"))) for chat in range(EDITS_AT_ONCE)]
    await asyncio.sleep(0)
    await screens.edit(99, 1, Screen("старое"))  # returns though nothing gets through
    await screens.edit(99, 1, Screen("новое"))
    telegram.gate.set()
    await asyncio.gather(*first)
    await screens.settle()
    assert [edit for edit in telegram.edits if edit[0] == 99] == [(99, 1, "новое")]


async def test_a_messenger_that_is_away_makes_nobody_do_their_tap_again() -> None:
    telegram = Telegram()
    telegram.failures = 1
    screens = screens_over(telegram)
    await screens.edit(7, 1, Screen("один"))  # raises nothing
    await screens.settle()
    assert telegram.edits == [(7, 1, "один")]


async def test_an_older_screen_that_is_still_on_its_way_never_overwrites_its_replacement() -> None:
    telegram = Telegram()
    telegram.gate.clear()
    telegram.failures = 1
    screens = screens_over(telegram)
    older = asyncio.create_task(screens.edit(7, 1, Screen("старое")))
    await asyncio.sleep(0)
    newer = asyncio.create_task(screens.replace(a_tap_on(chat_id=7, message_id=1), Screen("новое")))
    await asyncio.sleep(0)
    telegram.gate.set()
    await asyncio.gather(older, newer)
    await screens.settle()
    assert telegram.edits == [(7, 1, "новое")]


async def test_an_edit_waits_until_its_chat_has_rested_from_a_message() -> None:
    telegram, rests = Telegram(), {7: [INTERVAL, INTERVAL, 0.0]}
    screens = Screens(
        Bot("1:screens", session=telegram),
        INTERVAL,
        lambda chat: rests[chat].pop(0) if chat in rests else 0.0,
    )
    await screens.edit(7, 1, Screen("журнал"))
    await screens.edit(8, 1, Screen("журнал"))
    assert telegram.edits == [(8, 1, "журнал")]
    await screens.settle()
    assert telegram.edits == [(8, 1, "журнал"), (7, 1, "журнал")]
    assert rests == {7: []}


async def test_a_screen_that_never_arrives_is_given_up_and_the_next_one_is_shown() -> None:
    telegram = Telegram()
    telegram.failures = 1_000
    screens = screens_over(telegram)
    await screens.edit(7, 1, Screen("старое"))
    await screens.settle()
    assert not screens.unsettled()
    telegram.failures = 0
    await screens.edit(7, 1, Screen("новое"))
    await screens.settle()
    assert telegram.edits == [(7, 1, "новое")]


async def test_a_screen_that_cannot_be_made_keeps_no_other_back(seconds: Seconds) -> None:
    class Broken(Screen):
        def keyboard(self) -> InlineKeyboardMarkup | None:
            raise ValueError

    telegram = Telegram()
    screens = screens_over(telegram)
    for message_id, screen in enumerate([Screen("первый"), Broken("второй"), Screen("третий")]):
        await screens.edit(7, message_id, screen)
    seconds.go_on()
    await screens.settle()
    assert telegram.edits == [(7, 0, "первый"), (7, 2, "третий")]


async def test_a_screen_that_was_put_off_is_shown_when_the_messenger_is_back() -> None:
    telegram = Telegram()
    screens = screens_over(telegram)
    await screens.edit(7, 1, Screen("один"))
    telegram.failures = 2
    await screens.edit(7, 1, Screen("два"))
    await screens.settle()
    assert telegram.edits == [(7, 1, "один"), (7, 1, "два")]
